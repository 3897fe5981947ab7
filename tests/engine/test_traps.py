"""What fails at 8 bits is found in graph and statistics, named, and led around by default."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from quantengine.cli.main import main
from quantengine.data.open import in_memory
from quantengine.formats.granularity import PER_TENSOR
from quantengine.graph.flow import integer_flow
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.recover.even_parts import even_factors, joint_of, with_even_parts
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Session
from quantengine.targets import plan_for
from quantengine.traps.registry import TRAPS, find_traps
from quantengine.traps.seen import Seen
from quantengine.traps.trap import Trap, TrapKind
from quantengine.verdict.reference import Reference
from quantengine.work.default import default_recipe
from quantengine.work.export import ExportOptions, export_candidate
from quantengine.work.kept import kept_bytes, take_up
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work, observed
from tests.engine.detector_head import HEADS, head, head_data, head_files
from tests.engine.joined_networks import NETWORKS, joined, joined_data
from tests.engine.onnx_text import text_model

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("last", "rank"), HEADS)
def test_by_default_the_written_file_keeps_the_scores(
    last: str, rank: int, tmp_path: Path, capsys: Captured
) -> None:
    files, out = head_files(tmp_path, last, rank), tmp_path / "q.onnx"
    assert main(["quantize", *files, "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    mend = told["recovery"][0]
    assert mend["step"] == "mend" and mend["kept"]
    assert "'both' takes 16 bits" in mend["text"] and "B in the file" in mend["text"]
    assert [(t["kind"], t["mended"]) for t in told["traps"]] == [("shared", True)] * len(
        told["traps"]
    )
    parts = {part["name"]: part["high"] for part in told["traps"][0]["parts"]}
    assert parts["boxes"] > 600
    assert parts["scores"] <= 1
    assert any("'scores'" in note and "led around" in note for note in told["notes"])
    fed = dict(np.load(tmp_path / "d.npz"))
    ours, theirs = (ort.InferenceSession(path).run(None, fed)[0] for path in (files[0], out))
    channels = 1 if last == "Conv" else -1
    ours, theirs = (np.moveaxis(y, channels, 0)[4:] for y in (ours, theirs))
    noise = np.square(ours - theirs).sum() / np.square(ours - ours.mean()).sum()
    assert -10 * np.log10(noise) >= 28
    shares = [float(np.mean(scores > 0.3)) for scores in (ours, theirs)]
    assert shares[1] == pytest.approx(shares[0], rel=0.02)


@pytest.mark.parametrize("kind", NETWORKS)
def test_however_parts_share_a_range_they_are_led_around(kind: str, tmp_path: Path) -> None:
    model, data = joined(tmp_path, kind), joined_data()
    work = observed(Work(model, QuantPlan(), data))
    recipe = default_recipe(work)
    if kind == "an output itself":
        assert recipe.steps == ("judged", "bias")  # nothing behind it asks for codes
        return
    assert recipe.steps == ("judged", "mend", "bias")
    assert work.table is not None
    resolution = resolve_plan(model, work.plan, work.table)
    trap = next(trap for trap in resolution.traps if trap.tensor == "both")
    assert {part.name for part in trap.parts} & {"scores", "e"}
    assert trap.text in resolution.notes
    found = recover_plan(model, work.plan, data, work.table, steps=("mend",))
    step = found.steps[0]
    assert step.before_db < 3
    assert step.after_db >= 28
    assert found.resolution.traps == ()


def test_where_no_tensor_may_have_16_bits_the_layer_stays_float(tmp_path: Path) -> None:
    """One scale for all of a weight would lose what undoes the scaling of parts."""
    model, data = head(tmp_path, "Conv", 4), head_data("Conv", 4)
    plan = plan_for("tensorrt").with_override("Conv_y", **{"weights.granularity": "tensor"})
    found = recover_plan(model, plan, data, steps=("mend",))
    assert found.steps[0].after_db >= 28
    assert "'both' and 'Conv_y' behind it stay float" in found.steps[0].text


@pytest.mark.parametrize("kind", ["three parts", "read by two layers", "behind a Relu", "rows"])
def test_where_parts_cannot_be_scaled_alike_their_layer_is_split(kind: str, tmp_path: Path) -> None:
    """One scale for all of a weight would lose what undoes the scaling of parts."""
    if kind == "rows":
        model, data, name = head(tmp_path, "MatMul", 3), head_data("MatMul", 3), "MatMul_y"
    else:
        model, data, name = joined(tmp_path, kind), joined_data(), "Conv_y"
    plan = plan_for("tensorrt")
    plan = replace(plan, weights=replace(plan.weights, granularity=PER_TENSOR))
    candidate = make(Work(model, plan, data), Recipe(("mend",)))
    step = candidate.reports[0]
    assert step.kept and f"'{name}'" in step.text and "split into 2" in step.text
    nodes = {node.name: node.op_type for node in candidate.model.graph.node}
    assert {f"{name}_part1", f"{name}_part2"} <= nodes.keys() and name not in nodes
    fed = [data.load(place).feeds for place in range(len(data))]
    ours, theirs = (Session(each) for each in (model.path, candidate.model.proto))
    for output, values in ours.run(fed[0]).items():
        np.testing.assert_allclose(theirs.run(fed[0])[output], values, rtol=1e-5, atol=1e-4)
    export_candidate(candidate, tmp_path / "q.onnx", ExportOptions())
    session = Session(tmp_path / "q.onnx")
    samples = [data.load(place) for place in range(len(data))]
    found = Reference.of(model, samples).judge(map(session.run, fed))
    assert found.worst_db >= 28
    assert all(e.dtype.bits == 8 for e in candidate.resolution.encodings.activations.values())
    named = plan.with_override(name, **{"weights.bits": 8})
    told = recover_plan(model, named, data, steps=("mend",)).steps[0].text
    assert "stay float" in told


def test_a_trap_that_costs_nothing_is_left_alone(tmp_path: Path) -> None:
    """Weights of 4 bits lose more, and the small part hardly counts in what is summed."""
    text = """
    g (float[n,3,8,8] x) => (float[n,2,8,8] y) {
      a = Conv (x, w)
      b = Mul (a, hundred)
      both = Concat <axis: int = 1> (a, b)
      y = Conv (both, mix)
    }
    """
    rng = np.random.default_rng(1)
    weights = {"w": rng.normal(size=(4, 3, 1, 1)), "mix": rng.normal(size=(2, 8, 1, 1))}
    typed = {name: value.astype(np.float32) for name, value in weights.items()}
    model = text_model(tmp_path / "m.onnx", text, {**typed, "hundred": np.float32(100)})
    data = in_memory({"x": rng.normal(size=(20, 3, 8, 8)).astype(np.float32)})
    plan = QuantPlan().with_override("Conv_*", **{"weights.bits": 4})
    found = recover_plan(model, plan, data, steps=("judged", "mend"))
    assert not found.steps[0].kept
    assert "No part of the outputs gains 3 dB" in found.steps[0].text
    assert [trap.tensor for trap in found.resolution.traps] == ["both"]


ROWS = """
g (float[n,12] x) => (float[n,14] y) {
  a = MatMul (x, wa)  b = MatMul (x, wb)
  both = Concat <axis: int = -1> (a, b)
  c = Relu (both)
  y = Gemm <transB: int = 1, alpha: float = 0.5> (c, last, bias)
}
"""


def test_a_product_of_rows_undoes_what_was_scaled(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    shapes = {"wa": (12, 4), "wb": (12, 10), "last": (14, 14), "bias": (14,)}
    weights = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    model = text_model(tmp_path / "m.onnx", ROWS, weights)
    joint = joint_of(model, "c")
    assert joint is not None and (joint.parts, joint.sizes) == (("a", "b"), (4, 10))
    changed = with_even_parts(model, joint, (1.0, 256.0))
    fed = {"x": rng.normal(size=(5, 12)).astype(np.float32)}
    ours, theirs = (Session(each).run(fed)["y"] for each in (model.path, changed.proto))
    np.testing.assert_allclose(theirs, ours, rtol=1e-5, atol=1e-5)


FOUND = {
    TrapKind.SMALL: ("p = Softmax (x)  y = MatMul (p, w)", "p"),
    TrapKind.SUM: (
        "i = Reshape (x, image)  a = Conv (i, k)  b = Conv (i, l)  s = Add (a, b)  y = Conv (s, k)",
        "s",
    ),
    TrapKind.READ_TWICE: ("r = Sigmoid (x)  y = MatMul (r, w)", "r"),
    TrapKind.OUTLIERS: ("y = MatMul (x, w)", "x"),
}


def traps_of(model: FloatModel, x: np.ndarray) -> tuple[Trap, ...]:
    return find_traps(model, calibrate(model, in_memory({"x": x}), model_taps(model)))


@pytest.mark.parametrize("kind", FOUND)
def test_each_trap_is_found_where_it_lies_and_nowhere_else(kind: TrapKind, tmp_path: Path) -> None:
    nodes, tensor = FOUND[kind]
    rng = np.random.default_rng(3)
    kernel = rng.normal(size=(16, 16, 1, 1)).astype(np.float32)
    weights = {"w": rng.normal(size=(1024, 4)).astype(np.float32), "k": kernel, "l": kernel / 99}
    weights["image"] = np.array([0, 16, 8, 8])
    shape = "n,16,8,8" if kind is TrapKind.SUM else "n,4"
    also = ", float[n,1024] r" if kind is TrapKind.READ_TWICE else ""
    text = f"g (float[n,1024] x) => (float[{shape}] y{also}) {{ {nodes} }}"
    used = {name: value for name, value in weights.items() if f" {name})" in nodes}
    model = text_model(tmp_path / "m.onnx", text, used)
    x = rng.normal(size=(12, 1024)).astype(np.float32)
    far = x.copy()
    if kind is TrapKind.OUTLIERS:
        far[7, 3] = 100
    if kind is TrapKind.SMALL:
        far *= 0.3
        far[::4, 3] = 14
    found = traps_of(model, far)
    assert [(trap.kind, trap.tensor) for trap in found] == [(kind, tensor)]
    assert "{" not in found[0].text and json.dumps(found[0].to_json())
    if kind in (TrapKind.OUTLIERS, TrapKind.SMALL):
        assert traps_of(model, x) == ()


def test_many_samples_that_lie_far_out_are_told_in_four_lines(tmp_path: Path) -> None:
    text = "g (float[n,1024] x) => (float[n,4] y) { y = MatMul (x, w) }"
    rng = np.random.default_rng(3)
    weight = {"w": rng.normal(size=(1024, 4)).astype(np.float32)}
    x = rng.normal(size=(60, 1024)).astype(np.float32)
    x[range(0, 60, 10), 3] = 100 + np.arange(6)
    found = [trap.text for trap in traps_of(text_model(tmp_path / "m.onnx", text, weight), x)]
    assert all(f"'x[0000{k}]'" in text for k, text in zip((50, 40, 30), found[:3], strict=True))
    assert found[3].startswith("3 samples more reach that far, up to ") and len(found) == 4


def test_every_kind_has_one_function() -> None:
    assert set(TRAPS) == set(TrapKind)


EVENED = {
    "moved to the last axis": ("MatMul_y",),
    "flattened before it is joined": ("Conv_y",),
    "cut again, the boxes multiplied": (),
    "three parts": ("Conv_y",),
    "a constant beside scores": ("Conv_y",),
    "read by two layers": ("Conv_y", "Conv_z"),
    "behind a Relu": ("Conv_y",),
    "an output itself": (),
}


@pytest.mark.parametrize("kind", EVENED)
def test_parts_are_scaled_alike_where_every_layer_behind_them_can_undo_it(
    kind: str, tmp_path: Path
) -> None:
    model, data = joined(tmp_path, kind), joined_data()
    joint = joint_of(model, "both")
    assert tuple(sorted(n.name for n in joint.layers) if joint else ()) == EVENED[kind]
    if joint is None:
        return
    plan = plan_for("tensorrt")
    table = calibrate(model, data, model_taps(model))
    factors = even_factors(Seen(model, table, integer_flow(model)), joint)
    changed = with_even_parts(model, joint, factors)
    assert max(factors) == 512
    fed = data.load(0).feeds
    ours, theirs = (Session(each).run(fed) for each in (model.path, changed.proto))
    for name, values in ours.items():
        np.testing.assert_allclose(theirs[name], values, rtol=1e-6, atol=1e-6)
    if kind not in ("moved to the last axis", "read by two layers"):
        return
    candidate = make(Work(model, plan, data), Recipe(("mend",)))
    assert "scaled alike" in candidate.reports[0].text and candidate.reports[0].kept
    stored = kept_bytes(candidate, candidate.work.table, "x")
    assert take_up(stored, candidate.work).candidate.model.types == candidate.model.types
    export_candidate(candidate, tmp_path / "q.onnx", ExportOptions())
    assert all(e.dtype.bits == 8 for e in candidate.resolution.encodings.activations.values())
    samples = [data.load(place) for place in range(len(data))]
    session = Session(tmp_path / "q.onnx")
    found = Reference.of(model, samples).judge(session.run(sample.feeds) for sample in samples)
    assert found.worst_db >= 28
