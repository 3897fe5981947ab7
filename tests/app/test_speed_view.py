from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.text import number
from tests.app.conftest import WAIT_MS, settled


def test_what_each_layer_takes_is_that_of_the_plan_and_pales_with_it(
    qtbot: QtBot, small: MainWindow
) -> None:
    view = small.views.show_view("speed")
    assert view.button.isEnabled() and not view.table.isVisible()
    job = view.measure()
    assert view.cancel.isVisible() and not view.button.isVisible()
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    found = view.measured.found
    assert view.table.isVisible() and view.button.isVisible()
    assert number(found.float_ms, 3) in view.summary.text()
    assert number(found.ms, 3) in view.summary.text()
    tree = small.document.outcome.tree
    short = dict(zip(tree.names, tree.short, strict=True))
    layers = {short[each.layer]: each for each in found.layers if each.layer}
    shown = view.table.texts()
    assert [row[0] for row in shown] == sorted(layers, key=lambda n: -layers[n].slower_by_ms)
    assert all(row[2] == number(layers[row[0]].ms, 3) for row in shown)
    assert view.canvas.table()[1][0] == next(iter(layers))
    view.table.chosen.emit(0)
    assert [short[name] for name in small.document.selection.layers] == [shown[0][0]]
    assert not view.veil.isVisible()
    small.document.edit("plan", plan=small.document.plan.with_override("*", bits=4))
    settled(qtbot, small)
    qtbot.waitUntil(view.veil.isVisible, timeout=WAIT_MS)


def test_a_measurement_that_was_cancelled_leaves_nothing(qtbot: QtBot, small: MainWindow) -> None:
    view = small.views.show_view("speed")
    job = view.measure()
    view.cancel.click()
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    assert view.measured is None and not view.table.isVisible()
    qtbot.waitUntil(view.button.isVisible, timeout=WAIT_MS)
