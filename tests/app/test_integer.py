from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.integer import IntegerPanel
from app.panels.sums import whole
from quantengine.analyze.integer_chain import integer_chain
from quantengine.analyze.integer_view import integer_view
from tests.app.conftest import WAIT_MS

pytestmark = pytest.mark.usefixtures("plan_alone")

LAYER = "block2.project.conv"


@pytest.fixture
def integer(qtbot: QtBot, demo: MainWindow) -> IntegerPanel:
    demo.document.select(LAYER)
    view = demo.views.show_view("integer")
    assert isinstance(view, IntegerPanel)
    qtbot.waitUntil(known(view), timeout=WAIT_MS)
    return view


def known(view: IntegerPanel) -> Callable[[], bool]:
    return lambda: view.sums.value("bits") != "\N{EN DASH}"


def figure(view: IntegerPanel, key: str) -> int:
    return int(view.sums.value(key).replace(",", "").replace("\N{MINUS SIGN}", "-"))


def test_the_figures_are_those_of_the_engine(demo: MainWindow, integer: IntegerPanel) -> None:
    document = demo.document
    expected = integer_view(document.model, document.outcome.resolution, LAYER, document.dataset)
    assert figure(integer, "low") == expected.accumulator.low
    assert figure(integer, "high") == expected.accumulator.high
    assert figure(integer, "pairs") == expected.saturable_pairs > 0
    assert integer.title.text() == LAYER
    assert "could" in integer.verdict.text()
    chain = integer_chain(document.model, document.outcome.resolution, LAYER, document.dataset)
    rows = {row[1]: row[2] for row in integer.chain.table.texts()}
    assert rows["Σ q_x q_w"] == whole(
        next(x.value for x in chain.links if x.formula == "Σ q_x q_w")
    )
    assert len(rows) > 12


def test_keeping_pairs_safe_is_one_undo_step(
    qtbot: QtBot, demo: MainWindow, integer: IntegerPanel
) -> None:
    assert not integer.keep_safe.isHidden()
    integer.keep_safe.click()
    qtbot.waitUntil(lambda: integer.sums.value("pairs") == "0", timeout=WAIT_MS)
    assert demo.document.plan.pair_safe
    assert integer.keep_safe.isHidden()
    assert "no input" in integer.verdict.text()
    demo.document.undo_stack.undo()
    qtbot.waitUntil(
        lambda: known(integer)() and integer.sums.value("pairs") != "0", timeout=WAIT_MS
    )
    assert not demo.document.plan.pair_safe


def test_a_float_layer_says_why_it_has_no_sums(
    qtbot: QtBot, demo: MainWindow, integer: IntegerPanel
) -> None:
    demo.document.select("flatten")
    qtbot.waitUntil(lambda: "flatten" in integer.verdict.text(), timeout=WAIT_MS)
    assert not known(integer)()


def test_all_layers_select_and_show_that_they_are_stale(
    qtbot: QtBot, demo: MainWindow, integer: IntegerPanel
) -> None:
    assert integer.table.isHidden()
    integer.all_layers.click()
    qtbot.waitUntil(lambda: integer.table.rowCount() > 0, timeout=30_000)
    names = [row[0] for row in integer.table.texts()]
    assert "stem.conv" in names and "flatten" not in names
    assert names[integer.table.currentRow()] == LAYER
    integer.table.setCurrentCell(names.index("stem.conv"), 0)
    assert demo.document.selection.layers == ("stem.conv",)
    demo.tune.keep.click()
    qtbot.waitUntil(lambda: "older plan" in integer.state.text(), timeout=WAIT_MS)
    assert not integer.table.isEnabled() and not integer.all_layers.isHidden()
