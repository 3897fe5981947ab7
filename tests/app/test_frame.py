from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.frame import NARROW, NARROWEST
from app.main_window import MainWindow
from tests.app.conftest import WAIT_MS
from tests.engine.small_network import network


def test_a_narrow_window_lays_its_panels_over_the_pages(qtbot: QtBot, small: MainWindow) -> None:
    frame = small.frame
    small.resize(NARROW + 20, 700)
    qtbot.waitUntil(frame.tune.isVisible)
    pages = small.views.width()
    small.resize(NARROW - 20, 700)
    qtbot.waitUntil(lambda: not frame.tune.isVisible())
    assert small.views.width() > pages
    small.show_tune()
    assert frame.tune.isVisible() and frame.layers.isVisible()
    small.cancel_work()
    assert not frame.tune.isVisible()
    small.resize(NARROWEST - 20, 700)
    qtbot.waitUntil(lambda: not frame.layers.isVisible())
    small.focus_filter()
    assert frame.layers.isVisible()
    small.resize(NARROW + 20, 700)
    qtbot.waitUntil(lambda: frame.layers.isVisible() and frame.tune.isVisible())


def test_first_data_opens_its_sheet_where_it_was_guessed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    network(tmp_path)
    images = np.random.default_rng(5).integers(0, 255, (20, 8, 8, 3), dtype=np.uint8)
    np.save(tmp_path / "x.npy", images)
    window.steps.open_model(tmp_path / "network.onnx")
    qtbot.waitUntil(lambda: window.document.model is not None, timeout=WAIT_MS)
    window.files.open_path(tmp_path / "x.npy")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=WAIT_MS)
    assert window.document.dataset.notes
    assert window.views.view("data").isVisible() and not window.notice.isVisible()
    window.cancel_work()
    assert not window.views.view("data").isVisible()


def test_the_wheel_scrolls_a_page_and_zooms_the_plot_that_was_clicked(
    qtbot: QtBot, small: MainWindow
) -> None:
    small.resize(1024, 700)
    small.document.select(next(row.name for row in small.document.outcome.rows if row.weight))
    canvas = small.show_view("distribution").canvas
    page = small.views.pages["layer"]
    qtbot.waitUntil(lambda: page.verticalScrollBar().maximum() > 0)
    small.resize(1060, 700)  # parts out of sight follow, each in its turn
    qtbot.waitUntil(lambda: len({box.width() for box in page.boxes}) == 1)
    assert not _takes_wheel(canvas.viewport())
    canvas.setFocus()
    seen = canvas.getViewBox().viewRange()[0]
    assert _takes_wheel(canvas.viewport())
    assert canvas.getViewBox().viewRange()[0] != seen


def _takes_wheel(widget: QWidget) -> bool:
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()
