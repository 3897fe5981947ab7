from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.results import ResultsView
from tests.app.conftest import WAIT_MS


def test_the_worst_samples_are_shown_with_both_answers(qtbot: QtBot, demo: MainWindow) -> None:
    view, document = demo.views.show_view("results"), demo.document
    assert isinstance(view, ResultsView)
    qtbot.waitUntil(lambda: view.found is not None, timeout=WAIT_MS)
    assert view.found.task == "classification"
    assert "Taken as classification" in view.about.text()
    worst = view.found.worst
    assert [row[0] for row in view.table.texts()] == [each.name for each in worst]
    assert worst[0].db <= worst[-1].db or worst[0].figure < worst[-1].figure
    assert view.pair.texts[0].text().startswith("class ")
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
    qtbot.waitUntil(lambda: view.found.task == "dense", timeout=WAIT_MS)
    assert "psnr" in view.about.text()
