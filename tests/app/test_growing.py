from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.distribution import DistributionView
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from tests.app.conftest import WAIT_MS

pytestmark = pytest.mark.usefixtures("plan_alone")

LAYER, TENSOR = "block2.project.conv", "block2.project.norm"


def test_histograms_fill_in_while_a_calibration_runs(
    qtbot: QtBot, demo: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = demo.document
    model, dataset, whole = document.model, document.dataset, document.table
    half = calibrate(model, dataset.subset(range(8)), model_taps(model))
    document.select(LAYER)
    view = demo.views.show_view("distribution")
    assert isinstance(view, DistributionView)
    qtbot.waitUntil(lambda: bool(view.found), timeout=WAIT_MS)
    seen: list[tuple[float, str]] = []

    def slow(*_: object, show: Callable[[Any], None], **__: object) -> object:
        show(half)
        return whole

    def note() -> None:
        if document.growing is not None:
            demo.jobs.once_told(look)

    def look() -> None:
        seen.append((view.canvas.histogram.counts.sum(), view._no_curve.text()))

    monkeypatch.setattr("quantengine.observe.calibrate.calibrate", slow)
    document.growing_changed.connect(note)
    before, markers = document.plan, view.found
    with qtbot.waitSignal(demo.steps.calibrate().finished, timeout=WAIT_MS):
        pass
    ((count, text),) = seen
    assert count == pytest.approx(half.tensors[TENSOR].distribution.total)
    assert "8 samples so far" in text
    assert document.growing is None
    total = whole.tensors[TENSOR].distribution.total
    assert view.canvas.histogram.counts.sum() == pytest.approx(total)
    assert (document.plan, view.found) == (before, markers)
