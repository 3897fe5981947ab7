from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.results import ResultsView
from app.panels.shapes import ShapesView
from app.panels.suffered import SufferedView
from tests.app.conftest import WAIT_MS


def test_the_worst_samples_are_shown_with_both_answers(qtbot: QtBot, demo: MainWindow) -> None:
    view, document = demo.views.show_view("results"), demo.document
    assert isinstance(view, ResultsView)
    assert view.found is not None or not (view.canvas.isVisible() or view.split.isVisible())
    qtbot.waitUntil(lambda: view.found is not None, timeout=WAIT_MS)
    assert view.canvas.isVisible() and view.split.isVisible()
    assert view.found.task == "classification"
    assert "Taken as classification" in view.about.text()
    worst = view.found.worst
    assert [row[0] for row in view.table.texts()] == [each.name for each in worst]
    assert worst[0].db <= worst[-1].db or worst[0].figure < worst[-1].figure
    assert view.pair.texts[0].text().split(" (")[0] in demo.document.judged.classes
    assert all(picture.pixmap is not None for picture in view.pair.pictures)
    place = 2
    where = view.table.visualItemRect(view.table.item(place, 0)).center()
    qtbot.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert document.sample == worst[place].name
    assert np.array_equal(view.pair.texts[1].text(), worst[place].candidate.text)
    samples = demo.views.show_view("samples")
    document.select_sample(document.table.samples[3])
    assert samples.ranges._chosen.isVisible()
    assert samples.ranges._chosen.value() == 3
    view.task.setCurrentIndex(view.task.findData("dense"))
    view.task.activated.emit(view.task.currentIndex())
    demo.views.show_view("results")
    assert document.decided.judging.task == "dense"
    qtbot.waitUntil(lambda: view.found.task == "dense", timeout=WAIT_MS)
    assert "PSNR" in view.about.text()


def test_the_overview_shows_what_suffered_and_opens_the_list(
    qtbot: QtBot, demo: MainWindow
) -> None:
    view = demo.views.show_view("suffered")
    assert isinstance(view, SufferedView)
    qtbot.waitUntil(lambda: bool(view.grid.tiles), timeout=WAIT_MS)
    found = demo.context.answers.known.found
    worst = found.worst
    view.grid.tiles[1].click()
    assert demo.document.sample == worst[1].name
    assert view.grid.tiles[1].chosen and not view.grid.tiles[0].chosen
    assert len(worst) < found.samples and view.all.text() == f"worst {len(worst)}"
    view.all.click()
    results = demo.views.view("results")
    assert isinstance(results, ResultsView) and results.isVisible()
    qtbot.waitUntil(lambda: results.table.currentRow() == 1, timeout=WAIT_MS)


def test_small_histograms_come_worst_first_and_open_their_layer(
    qtbot: QtBot, demo: MainWindow
) -> None:
    view = demo.views.show_view("shapes")
    assert isinstance(view, ShapesView)
    levels = [row.activation_sqnr_db for row in demo.document.outcome.rows if row.output]
    names = [tile.layer for tile in view.grid.tiles]
    worst = min(demo.document.outcome.rows, key=lambda row: row.activation_sqnr_db or 99)
    assert names[0] == worst.name and len(names) >= len(levels)
    assert view.grid.tiles[0].is_filled
    view.grid.tiles[1].click()
    assert demo.document.selection.layers == (names[1],)
    assert demo.views.view("distribution").isVisible()
