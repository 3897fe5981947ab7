from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.search import SearchView
from app.text import decibel
from quantengine.monitor import SILENT
from tests.app.conftest import WAIT_MS, settled


@pytest.fixture
def view(demo: MainWindow) -> SearchView:
    made = demo.views.show_view("search")
    assert isinstance(made, SearchView)
    made.form.samples.set_value(4)
    return made


def test_points_come_while_it_runs_and_make_a_front_that_a_click_loads_from(
    qtbot: QtBot, demo: MainWindow, view: SearchView
) -> None:
    counts: list[int] = []
    job = view.search()
    job.found.connect(lambda _point: counts.append(len(view.tried)))
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    assert counts == list(range(1, len(view.tried) + 1))
    assert len(view.points) > 3
    sizes = [point.bytes for point in view.points]
    levels = [point.measured_db for point in view.points]
    assert sizes == sorted(sizes)
    assert levels == sorted(levels)
    assert view.front.chosen.measured_db >= 25
    assert len(view.table.texts()) == len(view.points)
    view.load(view.points.index(view.front.chosen))
    settled(qtbot, demo)
    assert demo.document.outcome.candidate.recipe.steps == ("judged", "bias")
    ready, data = demo.network.ready, demo.document.dataset
    found = ready.verdict(demo.document.outcome, data, SILENT)
    assert view.written == f"{decibel(found.judged_db)} dB"
    _click_loads_a_plan_as_one_step(demo, view)


def _click_loads_a_plan_as_one_step(demo: MainWindow, view: SearchView) -> None:
    before = demo.document.plan
    places = (place for place, each in enumerate(view.points) if each.plan != before)
    point = view.points[next(places)]
    view._click(SimpleNamespace(scenePos=lambda: QPointF(-500, -500)))
    assert demo.document.plan == before, "beside every point"
    box = view.canvas.getViewBox()
    at = box.mapViewToScene(QPointF(point.bytes / 1000, point.measured_db))
    view._click(SimpleNamespace(scenePos=lambda: at))
    assert demo.document.plan == point.plan
    assert "In use" in view.state.text()
    demo.document.undo_stack.undo()
    assert demo.document.plan == before


def test_a_cancelled_search_leaves_nothing(
    qtbot: QtBot, demo: MainWindow, view: SearchView
) -> None:
    job = view.search()
    with qtbot.waitSignal(job.found, timeout=WAIT_MS):
        pass
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        demo.strip.cancel_shown()
    assert not view.points
    assert not view.table.texts()
    qtbot.waitUntil(view.button.isEnabled, timeout=WAIT_MS)


def test_a_limit_that_cannot_be_kept_gives_a_sentence(
    qtbot: QtBot, demo: MainWindow, view: SearchView
) -> None:
    view.form.goal.setCurrentIndex(view.form.goal.findData("bytes"))
    view.form.suggest()
    assert view.form.unit.text() == "kB"
    view.form.limit.set_value(-1.0)
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        view.search()
    assert "cannot be kept" in failed.args[0]
    view.form.limit.set_value(1.0)
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        view.search()
    assert "take at least" in failed.args[0]
