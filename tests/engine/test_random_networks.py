"""Networks that draw numbers: said at opening, never called verified."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper, parser

from quantengine.cli.main import main
from quantengine.data.open import in_memory
from quantengine.errors import ModelError, Unverified
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.graph import constants
from quantengine.graph.chance import random_nodes
from quantengine.graph.load import open_model as load_model
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.opening.check import PIECE, check_on_seeds
from quantengine.opening.open import open_model
from quantengine.opening.pieces import differences
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan

ROWS = np.random.default_rng(0).standard_normal((6, 4)).astype(np.float32)
WEIGHTS = {"w": np.random.default_rng(1).standard_normal((4, 5)).astype(np.float32)}

NOISY = "g (float[N, 4] x) => (float[N, 5] y) { [draw] n = RandomNormalLike(x)  a = Add(x, n)"
PRODUCT = "  i = Identity(a)  y = MatMul(i, w) }"


def save(path: Path, graph: str, **weights: np.ndarray) -> Path:
    proto = parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]>\n{graph}')
    for name, values in {**WEIGHTS, **weights}.items():
        proto.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    onnx.save(proto, path)
    return path


def export(model: FloatModel, path: Path, *, probes: int = 2, force: bool = False) -> object:
    data = in_memory({"x": ROWS})
    table = calibrate(model, data, model_taps(model))
    resolution = resolve_plan(model, QuantPlan(), table)
    feeds = [{"x": ROWS[i : i + 1]} for i in range(probes)]
    return export_model(model, resolution, path, ExportOptions(force=force), probes=feeds)


@pytest.mark.parametrize(
    "nodes",
    [
        "[draw] n = RandomNormalLike(x)  a = Add(x, n)",
        "[draw] n = RandomUniformLike(x)  a = Add(x, n)",
        "[draw] n = RandomNormal<shape=[4]>()  a = Add(x, n)",
        "[draw] n = RandomUniform<shape=[4]>()  a = Add(x, n)",
        "p = Sigmoid(x)  [draw] n = Bernoulli(p)  a = Add(x, n)",
        "[draw] n = Multinomial<sample_size=4>(x)  f = Cast<to=1>(n)  a = Add(x, f)",
        "[draw] a = Dropout(x, half, true)",
        """s = ReduceSum<keepdims=0>(x)  c = Greater(s, half)
        a = If<then_branch = t () => (float[N, 4] u) { [draw] u = RandomNormalLike(x) },
               else_branch = e () => (float[N, 4] v) { v = Relu(x) }>(c)""",
    ],
)
def test_what_draws_is_named_and_never_verified(tmp_path: Path, nodes: str) -> None:
    text = f"g (float[N, 4] x) => (float[N, 5] y) {{ {nodes}  {PRODUCT}"
    parts = {"half": np.float32(0.5), "true": np.bool_(True)}
    model = open_model(save(tmp_path / "m.onnx", text, **parts))
    assert model.origin.random == ("draw",)
    assert any("draws random numbers ('draw')" in note for note in model.notes)
    with pytest.raises(Unverified, match="draws random numbers"):
        export(model, tmp_path / "q.onnx")
    assert not (tmp_path / "q.onnx").exists()
    report = export(model, tmp_path / "q.onnx", force=True)
    assert any("Not verified" in note for note in report.notes)


@pytest.mark.parametrize(
    "node",
    ["a = Dropout(x)", "a = Dropout(x, half, false)", "a = Dropout(x, zero, true)", "a = Relu(x)"],
)
def test_what_does_not_draw_is_verified(tmp_path: Path, node: str) -> None:
    text = f"g (float[N, 4] x) => (float[N, 5] y) {{ {node}  {PRODUCT}"
    parts = {"half": np.float32(0.5), "zero": np.float32(0), "true": np.bool_(True)}
    model = open_model(save(tmp_path / "m.onnx", text, **parts, false=np.bool_(False)))
    assert model.origin.random == ()
    assert export(model, tmp_path / "q.onnx").unverified == ()


@pytest.mark.parametrize(
    "nodes",
    [
        "[draw] n = RandomNormalLike(x)  a = Relu(x)",
        "[draw] n = RandomNormalLike(x)  s = Shape(n)  r = Relu(x)  a = Reshape(r, s)",
        "[draw] n = RandomNormalLike(x)  m = RandomUniformLike(n)  s = Shape(m)  a = Expand(x, s)",
    ],
)
def test_numbers_that_reach_no_output_change_nothing(tmp_path: Path, nodes: str) -> None:
    text = f"g (float[N, 4] x) => (float[N, 5] y) {{ {nodes}  {PRODUCT}"
    model = open_model(save(tmp_path / "m.onnx", text))
    assert model.origin.random == ()
    assert export(model, tmp_path / "q.onnx").unverified == ()


def test_a_body_that_reads_drawn_numbers_draws(tmp_path: Path) -> None:
    text = """g (float[N, 4] x) => (float[N, 5] y) { [draw] n = RandomNormalLike(x)
        s = ReduceSum<keepdims=0>(x)  c = Greater(s, half)
        a = If<then_branch = t () => (float[N, 4] u) { u = Add(x, n) },
               else_branch = e () => (float[N, 4] v) { v = Relu(x) }>(c)"""
    path = save(tmp_path / "m.onnx", text + PRODUCT, half=np.float32(0.5))
    assert random_nodes(onnx.load(path)) == ("draw",)


def test_functions_draw_too() -> None:
    proto = parser.parse_model(
        """<ir_version: 8, opset_import: ["" : 17, "own" : 1]>
        g (float[4] x) => (float[4] y) { y = own.Noisy(x) }
        <domain: "own", opset_import: ["" : 17]>
        Noisy (a) => (b) { [inside] n = RandomNormalLike(a)  b = Add(a, n) }"""
    )
    assert random_nodes(proto) == ("inside",)


def test_noise_does_not_make_a_right_rewrite_wrong_nor_a_wrong_one_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "m.onnx", NOISY + PRODUCT)
    model = load_model(path)
    assert model.origin.rewrites
    assert check_on_seeds(model) == []
    monkeypatch.setattr(constants, "_is_idle_dropout", lambda node, *_: node.op_type == "Neg")
    lost = save(tmp_path / "lost.onnx", NOISY + "  [lost] b = Neg(a)  y = MatMul(b, w) }")
    with pytest.raises(ModelError, match=r"'lost' gives \(Neg left out"):
        open_model(lost)


def test_a_file_that_gives_something_else_in_every_run_is_not_verified(tmp_path: Path) -> None:
    """What no operator's name tells: two runs on equal inputs do."""
    model = load_model(save(tmp_path / "m.onnx", NOISY + PRODUCT))
    object.__setattr__(model.origin, "random", ())
    with pytest.raises(Unverified, match="Two runs of the float file on equal inputs differ at"):
        export(model, tmp_path / "q.onnx")


def test_quantize_ends_with_2_and_writes_when_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, data, out = save(tmp_path / "m.onnx", NOISY + PRODUCT), tmp_path / "x.npy", tmp_path / "q"
    np.save(data, ROWS)
    command = ["quantize", str(path), "--data", str(data), "-o", str(out)]
    assert main(command) == 2
    assert "draws random numbers" in capsys.readouterr().err and not out.exists()
    assert main([*command, "--force"]) == 0
    assert "Verified" not in capsys.readouterr().out and out.exists()


def test_what_changes_from_run_to_run_has_no_quality(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path / "m.onnx", NOISY + PRODUCT)
    np.savez(tmp_path / "x.npz", x=ROWS)
    words = ["quantize", str(path), "--data", str(tmp_path / "x.npz"), "--force", "--json"]
    assert main([*words, "-o", str(tmp_path / "q.onnx")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["quality"] is None
    assert found["unverified"]


def test_evaluating_such_a_network_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noisy = save(tmp_path / "m.onnx", NOISY + PRODUCT)
    still = save(
        tmp_path / "still.onnx", "g (float[N, 4] x) => (float[N, 5] y) { a = Relu(x)" + PRODUCT
    )
    np.savez(tmp_path / "x.npz", x=ROWS)
    for path, said in ((noisy, True), (still, False)):
        main(["evaluate", str(path), str(path), "--data", str(tmp_path / "x.npz")])
        assert ("draws random numbers ('draw')" in capsys.readouterr().err) == said


def test_draws_that_agree_by_chance_are_not_taken_for_a_computation(tmp_path: Path) -> None:
    text = "g (float[N, 4] x) => (float[N, 5] y) { p = Gather<axis=1>(x, two)"
    text += (
        "  [draw] d = Dropout(p, half, true)  s = ReduceMax<keepdims=1>(d)  a = Add(x, s)" + PRODUCT
    )
    parts = {"half": np.float32(0.5), "true": np.bool_(True), "two": np.int64([0, 1])}
    path = save(tmp_path / "m.onnx", text, **parts)
    model = load_model(path)
    for _ in range(20):
        found = differences(onnx.load(path), model, {"x": ROWS[:1]}, PIECE, monitor=SILENT)
        assert found == []
