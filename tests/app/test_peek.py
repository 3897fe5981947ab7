from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.distribution import DistributionView
from tests.app.conftest import settled

pytestmark = pytest.mark.usefixtures("plan_alone")

LAYER = "block2.project.conv"


@pytest.fixture
def distribution(demo: MainWindow) -> DistributionView:
    demo.document.select(LAYER)
    view = demo.views.show_view("distribution")
    assert isinstance(view, DistributionView)
    return view


@pytest.mark.parametrize("from_table", [True, False])
def test_space_shows_the_layer_as_it_was(
    qtbot: QtBot, demo: MainWindow, distribution: DistributionView, from_table: bool
) -> None:
    before = distribution.figures
    demo.tune.set_bits(4)
    settled(qtbot, demo)
    after = distribution.figures
    assert after.sqnr_db < before.sqnr_db - 10
    place: QWidget = demo.layers.view if from_table else distribution.canvas
    plan = demo.document.plan
    QTest.keyPress(place, Qt.Key.Key_Space)
    assert demo.peek.held
    assert distribution.figures.sqnr_db == pytest.approx(before.sqnr_db)
    assert distribution.readout.value("step") != ""
    assert not distribution.low.isEnabled()
    distribution.nudge(1, 1)
    QTest.keyRelease(place, Qt.Key.Key_Space)
    assert not demo.peek.held
    assert distribution.figures.sqnr_db == pytest.approx(after.sqnr_db)
    assert distribution.low.isEnabled()
    assert demo.document.plan == plan, "looking back must change nothing"


def test_space_shows_the_table_as_it_was(qtbot: QtBot, demo: MainWindow) -> None:
    table = demo.layers.table
    column = [each.name for each in table.columns].index("output_sqnr")
    demo.document.select(LAYER)
    at = table.index(table.places((LAYER,))[0], column)
    before = at.data()
    demo.tune.set_bits(4)
    settled(qtbot, demo)
    assert at.data() != before
    QTest.keyPress(demo.layers.view, Qt.Key.Key_Space)
    assert at.data() == before
    assert demo.document.selection.layers == (LAYER,)
    QTest.keyRelease(demo.layers.view, Qt.Key.Key_Space)
    assert at.data() != before


def test_space_does_nothing_for_a_layer_that_was_not_changed(
    qtbot: QtBot, demo: MainWindow, distribution: DistributionView
) -> None:
    QTest.keyPress(demo.layers.view, Qt.Key.Key_Space)
    assert not demo.peek.held
    demo.tune.set_bits(4)
    settled(qtbot, demo)
    demo.document.select("top.conv")
    QTest.keyPress(demo.layers.view, Qt.Key.Key_Space)
    assert not demo.peek.held
    assert demo.document.selection.layers == ("top.conv",)


def test_levels_stand_where_the_codes_do(demo: MainWindow, distribution: DistributionView) -> None:
    lines = distribution.canvas.levels.lines
    assert not lines.isVisible()
    QTest.keyClick(distribution, Qt.Key.Key_G)
    distribution.levels_button.setChecked(True)
    assert lines.isVisible()
    found = sorted(set(lines.getData()[0].tolist()))
    encoding = distribution.figures.encoding
    assert len(found) == 256
    assert found[0] == pytest.approx(float(encoding.low))
    assert found[1] - found[0] == pytest.approx(float(encoding.scale))
    distribution.levels_button.setChecked(False)
    assert not lines.isVisible()
