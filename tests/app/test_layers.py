"""The list of layers: modules that fold, what is listed, and its keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.layer_filter import CHANGED, FLOAT
from tests.app.conftest import settled

pytestmark = pytest.mark.usefixtures("plan_alone")

LAYER = "block2.project.conv"
BLOCK2 = ("block2.expand.conv", "block2.depthwise.conv", LAYER)


def line_of(window: MainWindow, label: str) -> int:
    table = window.layers.table
    return next(p for p in range(table.rowCount()) if table.cell(p, 0).text == label)


def test_a_module_stands_for_its_layers_and_opens_for_one(demo: MainWindow) -> None:
    table, view, document = demo.layers.table, demo.layers.view, demo.document
    module = line_of(demo, "block2")
    view.setCurrentIndex(table.index(module, 0))
    assert set(document.selection.layers) == set(BLOCK2)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert table.cell(module, 0).folded
    assert table.cell(module, 0).text == "block2 (3)"
    assert table.places((LAYER,)) == []
    assert set(document.selection.layers) == set(BLOCK2)
    document.select(LAYER)
    (place,) = table.places((LAYER,))
    assert [index.row() for index in view.selectionModel().selectedRows()] == [place]


def test_a_click_on_the_mark_folds_and_selects_nothing(demo: MainWindow) -> None:
    table, view, document = demo.layers.table, demo.layers.view, demo.document
    document.select("top.conv")
    module = line_of(demo, "block2")
    where = view.visualRect(table.index(module, 0)).topLeft()
    where.setX(where.x() + 8)
    where.setY(where.y() + 8)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert table.cell(module, 0).folded
    assert document.selection.layers == ("top.conv",)


@pytest.mark.parametrize(("key", "bits"), [("4", 4), ("6", 16)])
def test_keys_on_rows_give_bits(qtbot: QtBot, demo: MainWindow, key: str, bits: int) -> None:
    demo.document.select(LAYER)
    demo.layers.view.setFocus()
    QTest.keyClicks(demo.layers.view, key)
    settled(qtbot, demo)
    row = next(row for row in demo.document.outcome.rows if row.name == LAYER)
    assert (row.weights, row.output_type) == (f"int{bits}", f"uint{bits}")
    (place,) = demo.layers.table.places((LAYER,))
    assert demo.layers.table.cell(place, 1).text == f"{bits}/{bits}"
    assert demo.layers.table.wanted.counts()[CHANGED] == 1


def test_f_keeps_float_on_rows_and_is_a_letter_in_a_text(qtbot: QtBot, demo: MainWindow) -> None:
    demo.document.select(LAYER)
    QTest.keyClicks(demo.layers.filter, "f")
    assert demo.layers.filter.text() == "f"
    assert not demo.document.plan.keep_float
    demo.layers.filter.clear()
    demo.layers.view.setFocus()
    QTest.keyClicks(demo.layers.view, "f")
    settled(qtbot, demo)
    demo.layers.chips.buttons[FLOAT].click()
    table = demo.layers.table
    assert [table.layer_at(p).name for p in table.layer_places()] == [LAYER]
    assert table.cell(line_of(demo, "project"), 1).text == "float"


def test_operators_that_only_move_values_are_found_when_looked_for(demo: MainWindow) -> None:
    table = demo.layers.table
    moving = next(row.name for row in demo.document.outcome.rows if row.operator == "Flatten")
    assert table.places((moving,)) == []
    demo.layers.filter.setText("flatten")
    assert len(table.places((moving,))) == 1


def test_sorting_goes_flat_and_to_the_top(demo: MainWindow) -> None:
    table, view = demo.layers.table, demo.layers.view
    demo.document.select("classify")
    names = [column.name for column in table.columns]
    view.sortByColumn(names.index("output_sqnr"), Qt.SortOrder.AscendingOrder)
    assert all(table.cell(place, 0).folded is None for place in range(table.rowCount()))
    assert view.verticalScrollBar().value() == 0
    assert table.cell(0, 0).text.startswith("block")
    view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert line_of(demo, "block2") > 0


def test_columns_are_chosen_and_kept(demo: MainWindow) -> None:
    layers = demo.layers
    place = [column.name for column in layers.table.columns].index("output_sqnr")
    assert layers.view.isColumnHidden(place)
    layers.columns.columns["output_sqnr"].setChecked(True)
    assert not layers.view.isColumnHidden(place)
    assert "output_sqnr" in demo.settings.columns
