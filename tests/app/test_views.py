from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages import TABS, parts
from app.text import decibel, number
from app.theme import DARK, LIGHT
from tests.app.conftest import WAIT_MS, settled

_OUTPUT_DB = -4
"""The column of a comparison, from the right."""
LAYER, TENSOR, WEIGHT = "block2.project.conv", "block2.project.norm", "block2.project.conv.weight"


@pytest.fixture
def window_on(qtbot: QtBot, demo: MainWindow) -> MainWindow:
    demo.document.select(LAYER)
    return demo


@pytest.mark.parametrize("name", [part.name for part in parts()])
def test_every_view_teaches_while_empty_and_survives_both_themes(
    qtbot: QtBot, window_on: MainWindow, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.panels.finetune.torch_is_installed", lambda: True)
    view = window_on.views.show_view(name)
    qtbot.waitUntil(lambda: view.body.isVisible() and not window_on.jobs.jobs, timeout=WAIT_MS)
    for theme in (DARK, LIGHT):
        window_on.theme.choose(theme)
        assert not view.grab().isNull()
    window_on.document.select("flatten")
    qtbot.waitUntil(lambda: not window_on.jobs.jobs, timeout=WAIT_MS)


def test_methods_are_ranked_and_one_click_applies(qtbot: QtBot, window_on: MainWindow) -> None:
    view = window_on.views.show_view("methods")
    qtbot.waitUntil(lambda: len(view.found) > 8, timeout=WAIT_MS)
    figures = [each.figures.sqnr_db for each in view.found]
    assert figures == sorted(figures, reverse=True)
    names = [each.method for each in view.found]
    view.table.selectRow(names.index("admm"))
    descent = view.found[names.index("admm")].choice.descent
    assert view.search.curve.descent.getData()[0].tolist() == descent.threshold.tolist()
    assert number(descent.loss[-1], 3) in view.search.said.text()
    view.table.selectRow(names.index("minmax"))
    assert view.search.parts.currentWidget() is view.search.nothing
    view.take(names.index("minmax"))
    document = window_on.document
    assert document.outcome.decisions.activations(LAYER, TENSOR).method == "mse"
    settled(qtbot, window_on)
    assert document.outcome.decisions.activations(LAYER, TENSOR).method == "minmax"


def test_weight_methods_know_both_granularities(qtbot: QtBot, window_on: MainWindow) -> None:
    view = window_on.views.show_view("methods")
    window_on.document.select(LAYER, tensor=WEIGHT)
    qtbot.waitUntil(
        lambda: bool(view.found) and view.found[0].channel_sqnr_db is not None, timeout=WAIT_MS
    )
    mse = next(each for each in view.found if each.method == "mse")
    assert mse.channel_sqnr_db > mse.figures.sqnr_db


def test_a_channel_of_a_weight_shows_its_values(qtbot: QtBot, window_on: MainWindow) -> None:
    view = window_on.views.show_view("channels")
    window_on.document.select(LAYER, tensor=WEIGHT)
    qtbot.waitUntil(lambda: view.shown is not None and view.shown.tensor == WEIGHT, timeout=WAIT_MS)
    assert view.shown.channel_db.mean() > view.shown.tensor_db.mean()
    view.order.setCurrentIndex(view.order.findData("width"))
    view.order.activated.emit(view.order.currentIndex())
    view.select_at(0)
    widest = int(view.shown.width.argmax())
    assert window_on.document.selection.channel == widest
    shown = window_on.views.show_view("distribution")
    qtbot.waitUntil(
        lambda: shown.subject is not None and shown.subject.place.tensor == WEIGHT, timeout=WAIT_MS
    )
    assert shown.subject.stats.high == pytest.approx(view.shown.high[widest])


def test_the_depth_plot_gives_its_data(window_on: MainWindow) -> None:
    view = window_on.views.show_view("depth")
    view.select_at(0)
    assert window_on.document.selection.layers == ("stem.conv",)
    view.canvas.copy_data()
    assert QGuiApplication.clipboard().text().startswith("layer\tsqnr_db\taccumulated_db")


def test_samples_name_who_made_the_extremes(qtbot: QtBot, window_on: MainWindow) -> None:
    view = window_on.views.show_view("samples")
    table = window_on.document.table
    stats = table.tensors[TENSOR]
    worst = table.samples[int(stats.sample_high.argmax())]
    assert worst in view.about.text()


def test_snapshots_are_measured_and_come_back(qtbot: QtBot, window_on: MainWindow) -> None:
    document = window_on.document
    view = window_on.views.show_view("compare")
    view.keep_snapshot("eight")
    eight = document.plan
    window_on.tune.set_bits(4)
    qtbot.waitUntil(lambda: not window_on.network.is_stale, timeout=WAIT_MS)

    def known() -> list[str]:
        return [row[_OUTPUT_DB] for row in view.table.texts()[1:]]

    qtbot.waitUntil(lambda: "\N{EN DASH}" not in known(), timeout=WAIT_MS)
    now, kept = map(float, known())
    assert kept > now
    view.table.selectRow(2)
    assert [row[0] for row in view.differences.table.texts()] == [LAYER]
    view.load_snapshot(0)
    assert document.plan == eight
    document.undo_stack.undo()
    view.remove(0)
    assert document.snapshots == ()
    document.undo_stack.undo()
    assert document.snapshots[0].name == "eight"


def test_a_page_can_be_torn_off_and_comes_back(qtbot: QtBot, window_on: MainWindow) -> None:
    views = window_on.views
    views.tabBarDoubleClicked.emit(1)
    assert views.count() == len(TABS) - 1
    assert window_on.views.show_view("methods").isVisible()
    views.close_torn()
    assert [views.widget(place) for place in range(len(TABS))] == list(views.pages.values())


def test_parts_are_made_when_seen_and_stay_folded(qtbot: QtBot, window: MainWindow) -> None:
    window.steps.open_demo()
    qtbot.waitUntil(lambda: window.document.model is not None, timeout=WAIT_MS)
    window.show_page("layer")
    box = window.views.pages["layer"].boxes[0]
    qtbot.waitUntil(lambda: box.view is not None, timeout=WAIT_MS)
    folded = window.views.pages["layer"].boxes[-1]
    assert folded.is_folded and folded.view is None
    window.show_view("integer")
    assert folded.view is not None and folded.view.isVisible()
    assert not window.settings.is_folded("integer", otherwise=True)
    window.show_view("export")
    assert window.views.view("export").isVisible()
    window.show_page("layer")
    assert not window.views.view("export").isVisible()


def test_methods_of_all_layers_open_the_layer_that_is_clicked(
    qtbot: QtBot, small: MainWindow
) -> None:
    view = small.views.show_view("method_map")
    view.compare()
    qtbot.waitUntil(lambda: view.found is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not view.button.isEnabled(), timeout=WAIT_MS)
    outcome, rows = small.document.outcome, view.table.rows
    used = {row.name: next(cell.text for cell in row.cells if cell.used) for row in rows.rows}
    assert used["Conv_a"] == decibel(outcome.resolution.sqnr_db["b"])
    assert all(sum(cell.best for cell in row.cells) == 1 for row in rows.rows)
    view.shown.buttons["weights"].click()
    view.table.clicked.emit(rows.index(1, 3))
    assert small.document.selection.tensor == "w2"
    assert small.views.view("methods").isVisible()
    view.shown.buttons["scales"].click()
    assert [row[0] for row in view.scales.table.texts()] == [
        outcome.tree.short[outcome.tree.names.index(pair.layer)] for pair in view.found.pairs
    ]
    assert not view.grab().isNull()
    small.tune.set_bits(4)
    settled(qtbot, small)
    small.views.show_view("method_map")
    qtbot.waitUntil(view.button.isEnabled, timeout=WAIT_MS)
