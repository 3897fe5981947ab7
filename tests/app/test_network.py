from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.network import NetworkView
from app.plots.depth_curves import ACTIVATIONS, BOTH, OUTPUT, WEIGHTS
from tests.app.conftest import WAIT_MS

LAYER = "block2.project.conv"


@pytest.fixture
def network(demo: MainWindow) -> NetworkView:
    demo.document.select(LAYER)
    view = demo.views.show_view("network")
    assert isinstance(view, NetworkView)
    return view


def values(view: NetworkView, key: str) -> np.ndarray:
    found = view.curves.curves[key].getData()[1]
    return np.zeros(0) if found is None else found


def compare(qtbot: QtBot, view: NetworkView) -> None:
    view.button.click()
    qtbot.waitUntil(lambda: not view.context.network.comparison_is_stale, timeout=WAIT_MS)


def test_a_click_selects_the_layer_under_it(demo: MainWindow, network: NetworkView) -> None:
    box = network.canvas.getViewBox()
    at = network.canvas.mapFromScene(box.mapViewToScene(QPointF(3.1, 20.0)))
    QTest.mouseClick(network.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert demo.document.selection.layers == (demo.document.outcome.rows[3].name,)
    network.step(1)
    assert demo.document.selection.layers == (demo.document.outcome.rows[4].name,)


def test_lines_hold_what_the_table_says(demo: MainWindow, network: NetworkView) -> None:
    known = [row.activation_sqnr_db for row in demo.document.outcome.rows]
    expected = [value for value in known if value is not None]
    np.testing.assert_allclose(values(network, OUTPUT), expected)
    assert values(network, BOTH).size == 0


def test_accumulated_lines_are_those_of_the_comparison(
    qtbot: QtBot, demo: MainWindow, network: NetworkView
) -> None:
    compare(qtbot, network)
    compared = demo.network.compared
    assert compared is not None
    for key in (BOTH, WEIGHTS, ACTIVATIONS):
        layers = {row.name: row.accumulated for row in compared.found.layers}
        names = [row.name for row in demo.document.outcome.rows if row.name in layers]
        expected = [getattr(layers[name], key).sqnr_db for name in names]
        np.testing.assert_allclose(values(network, key), expected)
    assert values(network, BOTH)[-1] < values(network, WEIGHTS)[-1]
    assert not network.button.isEnabled()


def test_what_was_accumulated_pales_when_the_plan_changes(
    qtbot: QtBot, demo: MainWindow, network: NetworkView
) -> None:
    compare(qtbot, network)
    curve = network.curves.curves[BOTH]
    assert curve.opacity() == 1
    demo.tune.set_bits(4)
    qtbot.waitUntil(lambda: "older plan" in network.state.text(), timeout=WAIT_MS)
    assert curve.opacity() < 1 and network.button.isEnabled()
    demo.document.undo_stack.undo()


def test_a_selection_leaves_the_zoom_alone(demo: MainWindow, network: NetworkView) -> None:
    box = network.canvas.getViewBox()
    box.setXRange(2, 6, padding=0)
    demo.document.select("stem.conv")
    assert box.viewRange()[0] == pytest.approx([2, 6])
    network.canvas.fit()
    assert box.viewRange()[0][1] > 20


def test_a_comparison_holds_again_after_an_undo(
    qtbot: QtBot, demo: MainWindow, network: NetworkView
) -> None:
    compare(qtbot, network)
    demo.tune.set_bits(4)
    qtbot.waitUntil(lambda: not demo.document.outcome_is_stale, timeout=WAIT_MS)
    assert demo.network.comparison_is_stale
    demo.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not demo.document.outcome_is_stale, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not demo.network.comparison_is_stale, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not demo.network.is_stale, timeout=WAIT_MS)
    assert network.curves.curves[BOTH].opacity() == 1


def test_an_undo_before_the_network_was_measured_keeps_what_is_known(
    qtbot: QtBot, demo: MainWindow
) -> None:
    qtbot.waitUntil(lambda: not demo.network.is_stale, timeout=WAIT_MS)
    known = demo.network.measured
    demo.document.select(LAYER)
    demo.tune.set_bits(4)
    demo.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not demo.document.outcome_is_stale, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not demo.network.errors_are_stale, timeout=WAIT_MS)
    assert not demo.network.is_stale
    assert demo.network.measured is known
