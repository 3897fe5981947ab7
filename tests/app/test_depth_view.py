from __future__ import annotations

import math
from dataclasses import MISSING, fields, replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.layer_tree import layer_tree
from app.main_window import MainWindow
from app.panels.depth import DepthView, _bands, flagged
from app.rows import LayerRow
from app.text import decibel
from tests.app.conftest import WAIT_MS, settled

LAYER = "block2.project.conv"


@pytest.fixture
def depth(demo: MainWindow) -> DepthView:
    demo.document.select(LAYER)
    view = demo.views.show_view("depth")
    assert isinstance(view, DepthView)
    return view


def accumulated(view: DepthView) -> np.ndarray:
    found = view.plot.line.getData()[1]
    return np.zeros(0) if found is None else found


def known(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.network.errors_are_stale, timeout=WAIT_MS)


def test_a_click_selects_the_layer_under_it(demo: MainWindow, depth: DepthView) -> None:
    box = depth.canvas.getViewBox()
    at = depth.canvas.mapFromScene(box.mapViewToScene(QPointF(3.1, 20.0)))
    QTest.mouseClick(depth.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert demo.document.selection.layers == (demo.document.outcome.rows[3].name,)
    depth.step(1)
    assert demo.document.selection.layers == (demo.document.outcome.rows[4].name,)


def test_the_line_is_the_error_with_all_before(
    qtbot: QtBot, demo: MainWindow, depth: DepthView
) -> None:
    known(qtbot, demo)
    errors = demo.network.errors.found
    rows = demo.document.outcome.rows
    expected = [errors[row.name] for row in rows if row.name in errors]
    np.testing.assert_allclose(accumulated(depth), expected)
    assert "4 samples" in depth.state.text()
    assert depth.first.text() == "first layer"
    measured = demo.network.measured.found
    assert depth.last.text() == f"output {decibel(measured.judged_db)} dB"


def test_the_line_pales_when_the_plan_changes(
    qtbot: QtBot, demo: MainWindow, depth: DepthView
) -> None:
    known(qtbot, demo)
    assert depth.plot.line.opacity() == 1
    demo.tune.set_bits(4)
    qtbot.waitUntil(lambda: depth.plot.line.opacity() < 1, timeout=WAIT_MS)
    demo.document.undo_stack.undo()
    qtbot.waitUntil(lambda: depth.plot.line.opacity() == 1, timeout=WAIT_MS)


def test_culprits_are_those_that_gain_or_else_fall_most() -> None:
    rows = [
        row(f"layer{place}", accumulated_db=level, drop_db=drop)
        for place, (level, drop) in enumerate([(40, None), (28, -12), (27, -1), (18, -9), (17, -1)])
    ]
    assert flagged(tuple(rows)) == [1, 3]
    gains = (0.1, 3.4, math.nan, 0.0, 1.2)
    rows = [replace(row, gain_db=gain) for row, gain in zip(rows, gains, strict=True)]
    assert flagged(tuple(rows)) == [1, 4]


def row(name: str, **known: float | None) -> LayerRow:
    empty = dict.fromkeys(each.name for each in fields(LayerRow) if each.default is MISSING)
    return LayerRow(**{**empty, "name": name, **known})


def test_a_selection_leaves_the_zoom_alone(demo: MainWindow, depth: DepthView) -> None:
    box = depth.canvas.getViewBox()
    box.setXRange(2, 6, padding=0)
    demo.document.select("stem.conv")
    assert box.viewRange()[0] == pytest.approx([2, 6])
    depth.canvas.fit()
    assert box.viewRange()[0][1] > 20


def test_an_undo_before_the_network_was_measured_keeps_what_is_known(
    qtbot: QtBot, demo: MainWindow
) -> None:
    qtbot.waitUntil(lambda: not demo.network.is_stale, timeout=WAIT_MS)
    known = demo.network.measured
    demo.document.select(LAYER)
    demo.tune.set_bits(4)
    demo.document.undo_stack.undo()
    settled(qtbot, demo)
    qtbot.waitUntil(lambda: not demo.network.errors_are_stale, timeout=WAIT_MS)
    assert not demo.network.is_stale
    assert demo.network.measured is known


def test_bands_are_of_the_level_where_modules_tell_apart() -> None:
    names = [f"net/encoder/layer.{layer}/{part}/op" for layer in range(5) for part in "ab"]
    assert _bands(layer_tree([*names, "net/head"])) == [(2, 3), (6, 7)]
    assert _bands(layer_tree([f"Conv_{k}" for k in range(9)])) == []
