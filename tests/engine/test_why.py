"""What is said of a layer is true, and nothing is said where nothing is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from quantengine.analyze.introduced import Fed, origin
from quantengine.analyze.why import Evidence, why
from quantengine.analyze.why_cause import Cause
from quantengine.analyze.why_weight import shifted_share
from quantengine.cli.main import main
from quantengine.data.open import in_memory
from quantengine.graph.load import open_model
from quantengine.graph.operators.operator import Axes
from quantengine.observe.calibrate import calibrate
from quantengine.observe.statistics import ChannelStats
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from tests.engine.onnx_text import text_model

GRAPH = """
g (float[n,8] x) => (float[n,8] y) {
  a = MatMul (x, w)
  y = MatMul (a, v)
}
"""
RANDOM = np.random.default_rng(3)
WEIGHT = RANDOM.normal(size=(8, 8)).astype(np.float32)
DATA = RANDOM.normal(size=(40, 8)).astype(np.float32)
WIDE = (WEIGHT * np.array([200, 1, 1, 1, 1, 1, 1, 1])).astype(np.float32)
SPIKE = np.concatenate((DATA[:39], 40 * DATA[39:])).astype(np.float32)
EYE = np.eye(8, dtype=np.float32)
TAIL = RANDOM.normal(size=(2500, 8)).astype(np.float32)
TAIL[range(0, 80, 10), range(8)] = 90.0
TENSOR = QuantPlan().with_override("w", **{"weights.granularity": "tensor"})
MINMAX = QuantPlan().with_override("a", **{"activations.method": "minmax"})
NARROW = QuantPlan().with_override("a", **{"activations.low": -0.5, "activations.high": 0.5})
FEW = QuantPlan().with_override("w", **{"weights.bits": 4})


def said(
    folder: Path,
    plan: QuantPlan,
    weight: NDArray[np.float32] = WEIGHT,
    data: NDArray[np.float32] = DATA,
    *,
    errors: Mapping[str, float] | None = None,
    corrected: bool = False,
) -> tuple[Cause, ...]:
    model = text_model(folder / "m.onnx", GRAPH, {"w": weight, "v": WEIGHT})
    table = calibrate(model, in_memory({"x": data}), model_taps(model), workers=1)
    resolution = resolve_plan(model, plan, table)
    names = {node.output[0]: node.name for node in model.graph.node}
    levels = {names[tensor]: level for tensor, level in (errors or {}).items()}
    known = Evidence.of(model, resolution, table, levels, corrected=corrected)
    return why(known, names["y" if errors else "a"])


def test_a_sound_layer_gets_no_word(tmp_path: Path) -> None:
    assert said(tmp_path, QuantPlan()) == ()


@pytest.mark.parametrize(
    ("plan", "weight", "data", "remedy", "words"),
    [
        (TENSOR, WIDE, DATA, "channel", "7 of 8 channels of its weights"),
        (FEW, WEIGHT, DATA + 5, "bias", "shifts the means"),
        (FEW, WEIGHT, DATA, "bits", "4 bits"),
        (NARROW, WEIGHT, DATA, "method", "of its values are clipped"),
        (MINMAX, WEIGHT, SPIKE, "method", "Sample x[000039] alone"),
        (MINMAX, WIDE, DATA, "equalize", "channels of its output"),
        (MINMAX, EYE, TAIL, "bits", "99.9 % of its values"),
    ],
)
def test_each_kind_of_error_is_told_with_what_mends_it(
    tmp_path: Path,
    plan: QuantPlan,
    weight: NDArray[np.float32],
    data: NDArray[np.float32],
    remedy: str,
    words: str,
) -> None:
    found = said(tmp_path, plan, weight, data.astype(np.float32))
    assert 1 <= len(found) <= 2
    assert remedy in [cause.remedy for cause in found]
    assert words in " ".join(cause.text for cause in found)


def test_a_corrected_bias_is_not_asked_for_again(tmp_path: Path) -> None:
    found = said(tmp_path, FEW, data=(DATA + 5).astype(np.float32), corrected=True)
    assert "bias" not in [cause.remedy for cause in found]


def test_what_came_from_before_is_not_blamed_on_the_layer(tmp_path: Path) -> None:
    (cause,) = said(tmp_path, FEW, errors={"a": 12.0, "y": 11.8})
    assert cause.remedy == "show"
    assert cause.layer == open_model(tmp_path / "m.onnx").graph.node[0].name
    assert "12.0 dB already, its own output at 11.8 dB" in cause.text


def test_more_than_half_of_the_noise_has_an_origin() -> None:
    errors = {"a": 40.0, "b": 20.0, "c": 19.0, "d": 18.9}
    fed = {"b": Fed(40.0, "a"), "c": Fed(20.0, "b"), "d": Fed(19.0, "c")}
    assert origin(errors, fed, "d") == "b"
    assert origin(errors, fed, "b") == "a"
    assert origin(errors, fed, "a") is None
    alike = {"a": 40.0, "b": 37.0, "c": 35.3, "d": 34.0}
    fed = {"b": Fed(40.0, "a"), "c": Fed(37.0, "b"), "d": Fed(35.3, "c")}
    assert origin(alike, fed, "d") is None


@pytest.mark.parametrize("groups", [1, 2])
def test_the_shifted_share_is_that_of_independent_inputs(groups: int) -> None:
    mean, variance = np.array([3.0, -1.0, 0.5, 2.0]), np.array([0.5, 2.0, 1.0, 0.1])
    change = RANDOM.normal(size=(6, 4 // groups, 3))
    inputs = ChannelStats(mean, mean, mean, variance)
    samples = RANDOM.normal(size=(20000, 4, 3)) * np.sqrt(variance)[:, None] + mean[:, None]
    parts = samples.reshape(-1, groups, 4 // groups, 3)
    weight = change.reshape(groups, 6 // groups, 4 // groups, 3)
    made = np.einsum("ngik,goik->ngo", parts, weight).reshape(-1, 6)
    expected = (made.mean(axis=0) ** 2).sum() / (made**2).mean(axis=0).sum()
    found = shifted_share(change, Axes(0, 1, groups), inputs)
    assert found == pytest.approx(expected, abs=0.02)
    assert shifted_share(change, Axes(0, 1, groups + 1), inputs) is None


def test_the_command_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.onnx"
    model = text_model(path, GRAPH, {"w": WIDE, "v": WEIGHT})
    name = model.graph.node[0].name
    np.save(tmp_path / "x.npy", DATA)
    given = ["analyze", str(path), "--data", str(tmp_path / "x.npy"), "--recover", "none"]
    given += ["--set", f"{name}:granularity=tensor", "--why", name]
    assert main([*given, "--json"]) == 0
    (cause, *_) = json.loads(capsys.readouterr().out)["why"][name]
    assert "channels" in cause["text"]
    assert main(given) == 0
    assert "Give each channel a scale." in " ".join(capsys.readouterr().out.split())
    assert main([*given[:-1], "no such layer"]) == 2
    assert "matches no quantized layer" in capsys.readouterr().err
