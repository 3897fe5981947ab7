"""Samples that do not tell the ranges are named before any method is blamed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.compare import compare
from quantengine.cli.main import main
from quantengine.data.open import in_memory
from quantengine.observe.calibrate import calibrate
from quantengine.observe.coverage import few_samples
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from tests.engine.small_network import images, network


def test_ranges_that_move_between_halves_are_said(tmp_path: Path) -> None:
    model = network(tmp_path)
    shape = images().load(0).feeds["x"].shape
    rng = np.random.default_rng(0)
    fed = rng.normal(size=(16, *shape[1:])).astype(np.float32)
    table = calibrate(model, in_memory({"x": fed}), model_taps(model))
    assert few_samples(table, table.tensors) == ()
    fed[1::2] *= 3
    uneven = calibrate(model, in_memory({"x": fed}), model_taps(model))
    assert uneven.tensors["x"].movement > 0.25 > table.tensors["x"].movement
    (note,) = few_samples(uneven, uneven.tensors)
    assert "from 16 samples, too few or too unlike" in note
    assert "from 16 samples, too few" in resolve_plan(model, QuantPlan(), uneven).notes[0]
    one = calibrate(model, in_memory({"x": fed[:1]}), model_taps(model))
    assert few_samples(one, one.tensors) == ("All ranges are of one sample: calibrate with more.",)


def test_values_beyond_what_was_calibrated_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = network(tmp_path)
    shape = images().load(0).feeds["x"].shape
    fed = np.random.default_rng(0).normal(size=(16, *shape[1:])).astype(np.float32)
    table = calibrate(model, in_memory({"x": fed}), model_taps(model))
    resolution = resolve_plan(model, QuantPlan(), table)
    inside = compare(model, resolution, in_memory({"x": fed}), table=table)
    assert inside.tensor("x").outside_share == 0
    beyond = compare(model, resolution, in_memory({"x": 4 * fed}), table=table)
    low, high = table.tensors["x"].low, table.tensors["x"].high
    share = np.mean((4 * fed < low) | (4 * fed > high))
    assert beyond.tensor("x").outside_share == pytest.approx(share)
    assert "go beyond the calibrated range" in beyond.notes[0]
    np.savez(tmp_path / "a.npz", x=fed)
    np.savez(tmp_path / "b.npz", x=4 * fed)
    file = str(tmp_path / "q.onnx")
    asked = [str(model.path), "--data", str(tmp_path / "a.npz"), "-o", file, "-q"]
    assert main(["quantize", *asked, "--set", "x:method=minmax"]) == 0
    capsys.readouterr()
    for name, least, most in (("a", 0.0, 0.001), ("b", 0.1, 1.0)):
        data = str(tmp_path / f"{name}.npz")
        assert main(["evaluate", str(model.path), file, "--data", data, "--json"]) == 0
        assert least <= json.loads(capsys.readouterr().out)["clamped"]["x"] <= most
