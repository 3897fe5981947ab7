"""What a file would be is what it is once it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from quantengine.analyze.evaluate import evaluate
from quantengine.export.export import export_model
from quantengine.export.rehearsal import Rehearsal, rehearse
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
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
