"""The whole way of work on a network people use, as a person would go it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pyqtgraph as pg
import pytest
from onnx import numpy_helper
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.facts import DataSource
from app.main_window import MainWindow
from app.panels.distribution import DistributionView
from app.panels.export import ExportView
from app.rows import LayerRow
from quantengine.data.options import DataOptions
from quantengine.formats.encoding import Encoding
from quantengine.runtime import Session
from tests.app.conftest import WAIT_MS, settled
from tests.app.test_tune import drag

SAMPLES = 4


def scales(path: Path) -> list[float]:
    """Scales of whole tensors in a file."""
    found = [numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer]
    return [float(t) for t in found if t.dtype == np.float32 and t.ndim == 0]


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, shared: Path) -> MainWindow:
    pg.setConfigOption("mouseRateLimit", -1)
    data = DataSource(shared / "data" / "imagenet" / "calib", DataOptions(limit=SAMPLES))
    with qtbot.waitSignal(window.document.data_changed, timeout=WAIT_MS):
        window.steps.open_model(shared / "models" / "mobilenetv2.onnx", data)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=WAIT_MS)
    return window


def cancel_then_calibrate(qtbot: QtBot, window: MainWindow) -> None:
    document = window.document
    job = window.steps.calibrate()
    with qtbot.waitSignal(job.progressed, timeout=WAIT_MS):
        pass
    window.strip.cancel.click()
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    assert document.table is None, "a cancelled calibration leaves nothing"
    assert not window.actions_["export"].isEnabled()
    window.actions_["calibrate"].trigger()
    qtbot.waitUntil(lambda: document.table is not None, timeout=WAIT_MS)
    settled(qtbot, window)
    assert window.actions_["export"].isEnabled()
    assert document.selection.layers, "the worst layer is shown first"


def drag_high(qtbot: QtBot, window: MainWindow, row: LayerRow, share: float) -> Encoding:
    """Pulls the upper clip line of a layer's output with the mouse."""
    window.document.select(row.name)
    view = window.views.show_view("distribution")
    assert isinstance(view, DistributionView)
    qtbot.waitUntil(lambda: bool(view.found), timeout=WAIT_MS)
    QApplication.processEvents()
    before = view.range.high
    drag(view, before, share * before)
    settled(qtbot, window)
    encoding = window.document.outcome.resolution.encodings.activations[row.output]
    assert float(encoding.high) == pytest.approx(share * before, rel=0.05)
    return encoding


def export(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    view = window.views.show_view("export")
    assert isinstance(view, ExportView)
    view.path.setText(str(path))
    with qtbot.waitSignal(view.export().finished, timeout=WAIT_MS):
        pass
    assert view.exported is not None


def test_from_the_model_to_a_file_that_runs(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    window, document = opened, opened.document
    assert len(document.outcome.rows) >= len(window.layers.table.layer_places()) > 50
    cancel_then_calibrate(qtbot, window)
    rows = [row for row in document.outcome.rows if row.weight and row.output]
    chosen, other = rows[len(rows) // 2], rows[-2]
    encoding = drag_high(qtbot, window, chosen, 0.6)
    dragged = document.plan

    window.tune.set_bits(4)
    settled(qtbot, window)
    row = next(r for r in document.outcome.rows if r.name == chosen.name)
    assert row.weights == "int4"
    assert row.weight_sqnr_db < chosen.weight_sqnr_db - 10
    window.actions_["undo"].trigger()
    settled(qtbot, window)
    assert document.plan == dragged

    document.select(other.name)
    window.tune.keep.click()
    settled(qtbot, window)
    assert other.name in document.outcome.decisions.kept_float

    path = tmp_path / "mobilenetv2.int8.onnx"
    export(qtbot, window, path)
    assert any(scale == pytest.approx(float(encoding.scale), rel=1e-6) for scale in scales(path))
    (found,) = Session(path).run(document.dataset.load(0).feeds).values()
    assert found.shape == (1, 1000)
    assert np.isfinite(found).all()
    weights = {tensor.name for tensor in onnx.load(path).graph.initializer}
    assert other.weight in weights, "a layer that is kept float keeps its weight"
