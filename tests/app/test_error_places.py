"""Where on a sample a layer goes wrong, in the window."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.error_places import ErrorPlacesView
from tests.app.conftest import WAIT_MS
from tests.app.test_recovery_stays import still


def test_the_error_of_a_layer_lies_over_its_sample(qtbot: QtBot, small: MainWindow) -> None:
    document, view = small.document, small.views.show_view("error_places")
    assert isinstance(view, ErrorPlacesView)
    rows = [row.name for row in document.outcome.rows if row.weights]
    document.select(rows[0])
    qtbot.waitUntil(lambda: view.found is not None, timeout=WAIT_MS)
    still(qtbot, small)
    assert view.found is not None and view.found.places is not None
    first = view.found
    assert first.sample in view.about.text() and view.body.isVisible()
    assert len(view.maps._rooms()) >= 2 and not view.maps.grab().isNull()
    view.maps.pointed.emit((0, 0))
    assert "row 0, column 0" in view.hover.text()
    document.select_sample(document.judged.names[3])
    qtbot.waitUntil(lambda: view.found is not first, timeout=WAIT_MS)
    assert document.judged.names[3] in view.about.text()
    document.select(rows[0], channel=0)
    qtbot.waitUntil(lambda: "Channel 0 alone" in view.about.text(), timeout=WAIT_MS)
