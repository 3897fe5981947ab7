"""What a file would be is what it is once it is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.evaluate import evaluate
from quantengine.analyze.results import worst_under
from quantengine.data.open import in_memory
from quantengine.export.export import export_model
from quantengine.export.rehearsal import Rehearsal, rehearse
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model
from tests.engine.small_network import images, network


def test_a_rehearsal_is_the_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quantengine.export.rehearsal._LONGEST_S", 0.02)
    model, data = network(tmp_path), images()
    table = calibrate(model, data, model_taps(model), workers=1)
    resolution = resolve_plan(model, QuantPlan(), table)
    grown: list[Rehearsal] = []
    found = rehearse(model, resolution, data, table=table, watch=grown.append)
    report = export_model(model, resolution, tmp_path / "q.onnx", table=table)
    written = evaluate(model.path, report.path, data)
    assert found.bytes_candidate == report.bytes_after
    assert found.bytes_reference == report.bytes_before
    assert found.verdict.samples == written.verdict.samples == len(data)
    assert found.verdict.sqnr_db == pytest.approx(written.verdict.sqnr_db, abs=1e-6)
    assert (found.latency_ms_reference or 0) > 0 and (found.latency_ms_candidate or 0) > 0
    assert [each.verdict.samples for each in grown] == [16] * (len(data) >= 16)
    assert rehearse(model, resolution, data, timed=False).latency_ms_reference is None


def test_what_no_message_holds_is_rehearsed_and_written_with_its_weights_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(6)
    weights = {"w": rng.normal(size=(64, 64)).astype(np.float32)}
    graph = "g (float[n,64] x) => (float[n,64] y) { y = MatMul (x, w) }"
    model = text_model(tmp_path / "wide.onnx", graph, weights)
    data = in_memory({"x": rng.normal(size=(8, 64)).astype(np.float32)})
    table = calibrate(model, data, model_taps(model), workers=1)
    resolution = resolve_plan(model, QuantPlan(), table)
    whole = export_model(model, resolution, tmp_path / "whole.onnx", table=table)
    monkeypatch.setattr("quantengine.graph.message._LARGEST_MESSAGE", 2000)
    found = rehearse(model, resolution, data, table=table, timed=False)
    report = export_model(model, resolution, tmp_path / "apart.onnx", table=table)
    assert (tmp_path / "apart.onnx.data").is_file()
    assert 64 * 64 < found.bytes_candidate < whole.bytes_after
    assert evaluate(whole.path, report.path, data).verdict.sqnr_db == float("inf")


def test_the_samples_that_suffer_are_those_of_the_written_file(tmp_path: Path) -> None:
    model, data = network(tmp_path), images()
    table = calibrate(model, data, model_taps(model), workers=1)
    resolution = resolve_plan(model, QuantPlan(), table)
    found = worst_under(model, resolution.encodings, data, shown=len(data))
    report = export_model(model, resolution, tmp_path / "q.onnx", table=table)
    written = Session(report.path)
    for each in found.worst:
        expected = written.run(data.load(each.place).feeds)["y"]
        np.testing.assert_array_equal(each.candidate.curve, expected.reshape(-1))
