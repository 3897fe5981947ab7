from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from quantengine.analyze.quality import measure_quality, spread
from quantengine.cli.main import main
from quantengine.cli.results import check_text, quality_text
from quantengine.data.open import in_memory
from quantengine.export.export import ExportReport
from quantengine.export.node_check import NodeCheck
from quantengine.export.verify import Verification
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from tests.engine.onnx_text import text_model

SQUARE = np.random.default_rng(1).normal(size=(8, 8)).astype(np.float32)
PRODUCT = "g (float[n,8] x) => (float[n,8] y) { y = MatMul (x, w) }"
TWO = """
g (float[n,8] x) => (float[n,8] good, float[n,8] bad, int64[n] best) {
  good = MatMul (x, w)
  small = Mul (good, tiny)
  bad = Sub (small, good)
  best = ArgMax <axis = 1, keepdims = 0> (good)
}
"""
TOKENS = """
g (float[n,l,8] x, int64[n,l] attention_mask) => (float[n,l,8] y) { y = MatMul (x, w) }
"""
NAN = math.nan
Captured = pytest.CaptureFixture[str]


def rows(count: int, *, outlier: int | None = None) -> np.ndarray:
    values = np.random.default_rng(2).normal(size=(count, 8)).astype(np.float32)
    if outlier is not None:
        values[outlier] *= 50
    return values


def test_any_beginning_is_spread_over_the_data() -> None:
    chosen = spread(range(1000), 64)
    assert len(set(chosen)) == 64
    assert {min(chosen), max(chosen)} == {0, 999}
    gaps = np.diff(sorted([0, *chosen[:8], 999]))
    assert gaps.max() < 300
    assert sorted(spread(range(5), 64)) == [0, 1, 2, 3, 4]


def measured(folder: Path, graph: str, values: np.ndarray, seen: np.ndarray, **more):
    """Ranges are fitted to `seen`, the file is judged on `values`."""
    model = text_model(folder / "m.onnx", graph, {"w": SQUARE, "tiny": np.float32(0.001)})
    table = calibrate(model, in_memory({"x": seen}), model_taps(model))
    resolution = resolve_plan(model, QuantPlan(), table)
    from quantengine.export.export import export_model

    export_model(model, resolution, folder / "out.onnx")
    return measure_quality(model, folder / "out.onnx", in_memory({"x": values}), **more)


def test_samples_beyond_the_range_are_seen_wherever_they_stand(tmp_path: Path) -> None:
    usual = measured(tmp_path, PRODUCT, rows(48), rows(48))
    assert (usual.verdict.samples, usual.available) == (32, 48)
    assert usual.sqnr_db > 30
    for place in (0, 47):
        ruined = measured(tmp_path, PRODUCT, rows(48, outlier=place), rows(48))
        assert ruined.sqnr_db < 10


def test_held_out_samples_are_taken_where_they_are_enough(tmp_path: Path) -> None:
    values, held = rows(100, outlier=7), range(20, 40)
    few = measured(tmp_path, PRODUCT, values, rows(48), held_out=[7])
    assert not few.held_out
    many = measured(tmp_path, PRODUCT, values, rows(48), held_out=held)
    assert (many.held_out, many.verdict.samples) == (True, 20)
    assert many.sqnr_db > 30


def test_the_worst_output_is_named_and_integers_are_counted(tmp_path: Path) -> None:
    found = measured(tmp_path, TWO, rows(40), rows(40))
    assert [output.name for output in found.verdict.outputs] == ["good", "bad", "best"]
    good, bad, best = found.verdict.outputs
    assert found.worst == min((good, bad), key=lambda output: output.sqnr_db)
    assert math.isnan(best.sqnr_db)
    assert best.equal is not None
    assert 0.8 < best.equal <= 1
    assert f"the worst output '{found.worst.name}'" in quality_text(found)


def test_padding_is_left_out(tmp_path: Path) -> None:
    model = text_model(tmp_path / "m.onnx", TOKENS, {"w": SQUARE})
    rng = np.random.default_rng(3)
    values = rng.normal(size=(12, 6, 8)).astype(np.float32)
    mask = np.ones((12, 6), np.int64)
    mask[:, 4:] = 0
    data = in_memory({"x": values, "attention_mask": mask})
    table = calibrate(model, data, model_taps(model))
    from quantengine.export.export import export_model

    export_model(model, resolve_plan(model, QuantPlan(), table), tmp_path / "out.onnx")
    loud = values.copy()
    loud[:, 4:] *= 100
    padded = in_memory({"x": loud, "attention_mask": mask})
    read = in_memory({"x": loud, "attention_mask": np.ones_like(mask)})
    without = measure_quality(model, tmp_path / "out.onnx", padded)
    assert without.verdict.without_padding
    assert without.sqnr_db > 30
    assert measure_quality(model, tmp_path / "out.onnx", read).sqnr_db < 10


def test_check_and_quality_are_said_as_two_things(tmp_path: Path, capsys: Captured) -> None:
    model = text_model(tmp_path / "m.onnx", PRODUCT, {"w": SQUARE})
    np.save(tmp_path / "x.npy", rows(40))
    words = [str(model.path), "--data", str(tmp_path / "x.npy"), "-o", str(tmp_path / "o.onnx")]
    assert main(["quantize", *words]) == 0
    out = capsys.readouterr().out
    assert "against the simulation.\n" in out
    assert "Quality on 32 of 40 samples: " in out
    assert main(["quantize", *words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["samples"], found["check"]["samples"]) == (8, 2)
    assert (found["quality"]["samples"], found["quality"]["available"]) == (32, 40)
    assert found["quality"]["worst_output"] == "y"


def checked(verification: Verification) -> str:
    return check_text(
        cast("ExportReport", SimpleNamespace(verification=verification, unverified=()))
    )


def test_what_is_said_of_the_check_is_what_was_compared() -> None:
    two = NodeCheck(2, 3, 3)
    whole = Verification(8, NAN, NAN, False, nodes=two, simulation_equal=0.995)
    assert checked(whole).endswith("99.50 % of the integers as in the simulation.")
    silent = Verification(8, NAN, NAN, False, nodes=two)
    assert checked(silent).endswith("the simulated outputs are zero and give no dB.")
    near = checked(Verification(8, 18.0, 25.6, False, nodes=two))
    assert near.startswith("Verified on 2 samples")
    assert near.endswith(
        "25.6 dB against the simulation, since the network amplifies single codes."
    )
    assert checked(Verification(8, 40.0, 140.0, False, nodes=two)).endswith("simulation.")
    assert "not run" in checked(Verification(0, NAN, NAN, False))


def test_inputs_that_onnxruntime_rounds_are_not_blamed_on_the_network(
    tmp_path: Path, capsys: Captured
) -> None:
    random = np.random.default_rng(0)
    graph = "g (float[n,64] x) => (float[n,64] y) { y = MatMul (x, w) }"
    weights = {"w": random.normal(size=(64, 64)).astype(np.float32)}
    model = text_model(tmp_path / "m.onnx", graph, weights)
    np.save(tmp_path / "x.npy", random.normal(size=(40, 64)).astype(np.float32))
    words = [str(model.path), "--data", str(tmp_path / "x.npy"), "-o", str(tmp_path / "o.onnx")]
    assert main(["quantize", *words, "--activations", "uint16"]) == 0
    line = next(x for x in capsys.readouterr().out.splitlines() if x.startswith("Verified"))
    rounds = "onnxruntime rounds the inputs of 1 layer to 8 bits by itself"  # since 1.32
    assert rounds in line or line.endswith("equal to the simulation.")
    assert "amplifies" not in line
