"""NaN and infinities in data and in weights, and data that says nothing."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from quantengine.cli.main import main
from quantengine.data.dataset import samples
from quantengine.data.input import Input
from quantengine.data.oddities import Sameness, constants
from quantengine.data.open import in_memory
from quantengine.errors import DataError, Unverified
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import model_inputs
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.ranges.choice import least_of
from quantengine.recover.auto import recover_plan
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

NAN, INF = math.nan, math.inf
TWO = """
g (float[n,16] x) => (float[n,5] y) {
  a = Gemm <transB: int = 1> (x, w1, b1)
  b = Relu (a)
  y = Gemm <transB: int = 1> (b, w2, b2)
}
"""
ONE = "g (float[n,16] x) => (float[n,5] y) { y = Gemm <transB: int = 1> (x, w2, b2) }"
ROWS = np.abs(np.random.default_rng(3).normal(size=(40, 16))).astype(np.float32)
Captured = pytest.CaptureFixture[str]


class Heard(Monitor):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def network(folder: Path, text: str = TWO, broken: str | None = None) -> FloatModel:
    """`broken` names a constant of the last layer whose first channel gets a NaN."""
    rng = np.random.default_rng(4)
    depth = 32 if "w1" in text else 16
    weights = {"w2": rng.normal(size=(5, depth)), "b2": rng.normal(size=5)}
    if "w1" in text:
        weights |= {"w1": rng.normal(size=(32, 16)), "b1": rng.normal(size=32)}
    if broken is not None:
        weights[broken][(0,) * weights[broken].ndim] = NAN
    folder.mkdir(exist_ok=True)
    floats = {name: values.astype(np.float32) for name, values in weights.items()}
    return text_model(folder / "m.onnx", text, floats)


def rows(**changed: float) -> np.ndarray:
    """ROWS with one value of sample `s7` and so on changed."""
    found = ROWS.copy()
    for name, value in changed.items():
        found[int(name[1:]), 0] = value
    return found


def outputs(path: Path) -> np.ndarray:
    return Session(path).run({"x": ROWS})["y"].astype(np.float64)


def quantized(root: FloatModel, folder: Path, data: np.ndarray, recover: str) -> np.ndarray:
    np.savez(folder / "x.npz", x=data)
    out = folder / "q.onnx"
    words = ["--data", str(folder / "x.npz"), "-o", str(out), "--recover", recover, "--force"]
    assert main(["quantize", str(root.path), *words]) == 0
    return outputs(out)


@pytest.mark.parametrize("recover", ["none", "bias", "auto"])
@pytest.mark.parametrize("bad", [NAN, INF])
def test_a_sample_that_is_no_numbers_spoils_nothing(
    tmp_path: Path, recover: str, bad: float, capsys: Captured
) -> None:
    root = network(tmp_path)
    without = quantized(root, tmp_path, np.delete(ROWS, 7, axis=0), recover)
    capsys.readouterr()
    with_it = quantized(root, tmp_path, rows(s7=bad), recover)
    said = capsys.readouterr().err
    word = "NaN" if math.isnan(bad) else "infinite"
    assert f"input 'x' holds 1 {word} of 16 values" in said
    assert "skipped x[000007]: input" in said
    expected = outputs(root.path)
    noise = [np.sum((expected - found) ** 2) for found in (without, with_it)]
    assert noise[1] < 1.3 * noise[0]


def test_data_that_is_only_checked_with_is_looked_at_too(tmp_path: Path, capsys: Captured) -> None:
    root, out = network(tmp_path), tmp_path / "q.onnx"
    command = ["quantize", str(root.path), "-o", str(out), "--activations", "float"]
    for data, code in ((np.full_like(ROWS, NAN), 2), (rows(s0=NAN), 0)):
        np.savez(tmp_path / "x.npz", x=data)
        assert main([*command, "--data", str(tmp_path / "x.npz")]) == code
        assert "x[000000]: input 'x' holds" in capsys.readouterr().err
        assert out.exists() == (code == 0)


@pytest.mark.parametrize(
    "command",
    [
        ["calibrate", "-o", "s.npz"],
        ["quantize", "-o", "q.onnx"],
        ["analyze"],
        ["sensitivity"],
        ["sweep", "--bits", "4,8"],
        ["search", "--max-bytes", "4000"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_counts_and_names_what_is_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    root = network(tmp_path)
    np.savez("x.npz", x=rows(s7=NAN))
    assert main([command[0], str(root.path), "--data", "x.npz", *command[1:]]) == 0
    said = capsys.readouterr().err
    assert said.count("input 'x' holds 1 NaN of 16 values") == 1
    np.savez("x.npz", x=np.full_like(ROWS, NAN))
    assert main([command[0], str(root.path), "--data", "x.npz", *command[1:]]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "no sample could be used: x[000000]" in said
    assert "input 'x' holds 16 NaN of 16 values" in said


def test_evaluate_leaves_such_samples_out(tmp_path: Path, capsys: Captured) -> None:
    root = network(tmp_path)
    np.savez(tmp_path / "x.npz", x=rows(s0=NAN))
    words = [str(root.path), str(root.path), "--data", str(tmp_path / "x.npz")]
    assert main(["evaluate", *words]) == 0
    found = capsys.readouterr()
    assert "exact" in found.out
    assert "input 'x' holds 1 NaN" in found.err


def test_a_share_is_of_all_samples_also_where_few_are_run() -> None:
    data = in_memory({"x": rows(s0=NAN, s1=NAN)})
    assert len(list(samples(data.subset(slice(0, 20))))) == 18


def test_a_mask_of_minus_infinity_is_no_fault() -> None:
    mask = np.where(ROWS > 1, -INF, 0.0).astype(np.float32)
    assert len(list(samples(in_memory({"mask": mask})))) == 40
    with pytest.raises(DataError, match="infinite"):
        list(samples(in_memory({"mask": -mask})))


def test_nan_is_a_value_to_a_network_that_asks_for_it(tmp_path: Path) -> None:
    text = """
    g (float[n,16] x) => (float[n,5] y) {
      m = IsNaN (x)
      f = Where (m, zero, x)
      y = Gemm <transB: int = 1> (f, w2, b2)
    }
    """
    rng = np.random.default_rng(0)
    weights = {"w2": rng.normal(size=(5, 16)), "b2": np.zeros(5), "zero": np.zeros(())}
    root = text_model(
        tmp_path / "m.onnx", text, {k: v.astype(np.float32) for k, v in weights.items()}
    )
    assert all(spec.takes_nan for spec in model_inputs(root))
    gaps = np.where(ROWS > 1, NAN, ROWS)
    np.savez(tmp_path / "x.npz", x=gaps)
    command = ["quantize", str(root.path), "--data", str(tmp_path / "x.npz")]
    assert main([*command, "-o", str(tmp_path / "q.onnx")]) == 0
    assert not Input("x", np.dtype("f4"), None).takes_nan


@pytest.mark.parametrize("recover", ["none", "bias", "auto", "adaround"])
@pytest.mark.parametrize("broken", ["w2", "b2"])
def test_healthy_channels_are_as_good_as_without_the_nan(
    tmp_path: Path, broken: str, recover: str
) -> None:
    good = network(tmp_path / "good", ONE)
    bad = network(tmp_path / "bad", ONE, broken)
    healthy = quantized(good, tmp_path, ROWS, recover)[:, 1:]
    found = quantized(bad, tmp_path, ROWS, recover)
    expected = outputs(good.path)[:, 1:]
    noise = [np.sum((expected - seen) ** 2) for seen in (healthy, found[:, 1:])]
    assert noise[1] < 1.5 * noise[0]


def test_the_broken_constant_is_named_and_nothing_is_called_verified(
    tmp_path: Path, capsys: Captured
) -> None:
    root = network(tmp_path, ONE, "w2")
    np.savez(tmp_path / "x.npz", x=ROWS)
    out = tmp_path / "q.onnx"
    command = ["quantize", str(root.path), "--data", str(tmp_path / "x.npz"), "-o", str(out)]
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "the float network gives NaN at output 'y'" in said
    assert "The constant 'w2' [5, 16] holds 1 NaN, in 0 along its first axis" in said
    assert not out.exists()
    assert main([*command, "--force"]) == 0
    shown = capsys.readouterr().out
    assert "Not verified" in shown
    assert "Verified on" not in shown
    assert "The constant 'w2' [5, 16] holds 1 NaN" in shown


def test_recovery_is_judged_by_the_channels_that_are_numbers(tmp_path: Path) -> None:
    root, data = network(tmp_path, ONE, "w2"), in_memory({"x": ROWS})
    plan = QuantPlan().with_override("*", **{"weights.bits": 4})
    report = recover_plan(root, plan, data, steps=["bias", "round"])
    assert all(math.isfinite(step.after_db) for step in report.steps)
    assert report.steps[0].kept


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_data_of_one_number_verifies_nothing(
    tmp_path: Path, value: float, capsys: Captured
) -> None:
    root = network(tmp_path)
    np.savez(tmp_path / "x.npz", x=np.full_like(ROWS, value))
    out = tmp_path / "q.onnx"
    command = ["quantize", str(root.path), "--data", str(tmp_path / "x.npz"), "-o", str(out)]
    assert main(command) == 2
    said = capsys.readouterr().err
    assert f"The data holds one number throughout ({value:g} for input 'x')" in said
    assert not out.exists()
    assert main([*command, "--force"]) == 0
    assert "Not verified" in capsys.readouterr().out


def test_every_walk_over_the_data_says_that_all_samples_are_the_same(tmp_path: Path) -> None:
    root, heard = network(tmp_path), Heard()
    same = in_memory({"x": np.repeat(ROWS[:1], 40, axis=0)})
    calibrate(root, same, model_taps(root), workers=2, monitor=heard)
    assert heard.said[-1].startswith("All 40 samples are the same")
    heard = Heard()
    list(samples(same, heard))
    assert heard.said == ["All 40 samples are the same: they tell no more than one of them."]
    heard = Heard()
    list(samples(in_memory({"x": ROWS}), heard))
    assert heard.said == []


def test_sameness_of_one_sample_is_no_news() -> None:
    watched = Sameness()
    assert watched.text is None
    watched.add({"x": ROWS[0]})
    assert watched.text is None
    watched.add({"x": ROWS[0].copy()})
    assert watched.text is not None
    assert constants([{"x": np.zeros(3), "m": np.ones(2)}]) == {"x": 0.0, "m": 1.0}
    assert constants([{"x": np.zeros(3)}, {"x": np.ones(3)}]) is None
    assert constants([]) is None


def test_zero_outputs_are_not_called_verified(tmp_path: Path) -> None:
    root = text_model(
        tmp_path / "m.onnx",
        "g (float[n,16] x) => (float[n,5] y) { a = MatMul (x, w) y = Mul (a, zero) }",
        {"w": ROWS[:16, :5], "zero": np.zeros((), np.float32)},
    )
    data = in_memory({"x": ROWS})
    table = calibrate(root, data, model_taps(root))
    resolution = resolve_plan(root, QuantPlan(), table)
    probes = [data.load(0).feeds]
    with pytest.raises(Unverified, match="the float outputs are zero"):
        export_model(root, resolution, tmp_path / "q.onnx", probes=probes)
    report = export_model(
        root, resolution, tmp_path / "q.onnx", ExportOptions(force=True), probes=probes
    )
    assert report.unverified
    assert any(note.startswith("Not verified") for note in report.notes)


def test_nan_is_never_the_least() -> None:
    assert least_of(np.array([NAN, 3.0, 1.0])) == 2
    assert least_of(np.array([[NAN, 1.0], [2.0, NAN]])).tolist() == [1, 0]


@pytest.mark.parametrize("value", [NAN, INF])
def test_what_a_weight_keeps_is_told_of_its_numbers(tmp_path: Path, value: float) -> None:
    healthy = network(tmp_path / "healthy")
    weights = {name: healthy.constant(name) for name in healthy.initializers}
    broken = {name: np.array(values) for name, values in weights.items()}
    broken["w2"][0, 0] = value
    model = text_model(tmp_path / "m.onnx", TWO, broken)
    data = in_memory({"x": ROWS})
    table = calibrate(model, data, model_taps(model))
    found = resolve_plan(model, QuantPlan(), table)
    assert found.sqnr_db["w2"] > 40
    assert not any("keeps only" in note for note in found.notes)


def test_every_command_says_that_values_without_a_number_are_left_out(
    tmp_path: Path, capsys: Captured
) -> None:
    root = network(tmp_path, ONE, "w2")
    np.savez(tmp_path / "x.npz", x=ROWS)
    data = ["--data", str(tmp_path / "x.npz")]
    out = str(tmp_path / "q.onnx")
    assert main(["quantize", str(root.path), *data, "-o", out, "--force"]) == 0
    capsys.readouterr()
    for command in (["evaluate", str(root.path), out], ["analyze", str(root.path)]):
        assert main([*command, *data]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert "The float network gives NaN at output 'y'" in said, command
