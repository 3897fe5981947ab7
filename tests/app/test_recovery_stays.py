"""What was recovered stays: over edits, and over a save."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.edits import keep_float
from app.jobs import Job
from app.main_window import MainWindow
from app.panels.export import ExportView
from quantengine.work.recipe import Recipe
from tests.app.conftest import WAIT_MS
from tests.app.header import flag, press

NO_LONGER = "no longer fits"


def ended(qtbot: QtBot, window: MainWindow, job: Job | None) -> None:
    assert job is not None
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    still(qtbot, window)


def still(qtbot: QtBot, window: MainWindow) -> None:
    """Until everything is worked out and measured."""
    qtbot.waitUntil(
        lambda: not window.jobs.jobs and not window.document.outcome_is_stale, timeout=WAIT_MS
    )


def edit(qtbot: QtBot, window: MainWindow) -> None:
    document = window.document
    layer = next(iter(document.outcome.flow.nodes))
    every = [row.name for row in document.outcome.rows]
    document.edit("keep", plan=keep_float(document.plan, [layer], every))
    still(qtbot, window)


def test_what_is_quick_is_made_again_after_an_edit(qtbot: QtBot, small: MainWindow) -> None:
    recipe, document = Recipe(("smooth", "bias")), small.document
    ended(qtbot, small, small.treatments.start(recipe))
    edit(qtbot, small)
    assert document.decided.recipe == recipe
    assert document.candidate is not None and document.candidate.recipe == recipe
    assert document.outcome.candidate is document.candidate
    assert NO_LONGER not in flag(small)


def test_what_takes_long_is_said_to_fit_no_more(qtbot: QtBot, small: MainWindow) -> None:
    recipe, document = Recipe(("round",)), small.document
    ended(qtbot, small, small.treatments.start(recipe))
    made = document.candidate
    assert made is not None and NO_LONGER not in flag(small)
    edit(qtbot, small)
    assert document.decided.recipe == recipe and document.candidate is None
    assert NO_LONGER in flag(small)
    assert small.network.is_stale
    press(small, "Undo")
    still(qtbot, small)
    assert document.candidate is made and NO_LONGER not in flag(small)
    document.undo_stack.redo()
    still(qtbot, small)
    press(small, "Recover again")
    qtbot.waitUntil(lambda: document.candidate is not None, timeout=WAIT_MS)
    still(qtbot, small)
    assert NO_LONGER not in flag(small) and document.outcome.candidate.recipe == recipe


def test_a_project_reopens_with_what_was_recovered(
    qtbot: QtBot, small: MainWindow, tmp_path: Path
) -> None:
    document, path = small.document, tmp_path / "a.qscope"
    ended(qtbot, small, small.treatments.start(Recipe(("round",))))
    before, figure = document.candidate, small.network.measured.found.sqnr_db
    export(qtbot, small, tmp_path / "before.onnx")
    ended(qtbot, small, small.projects.save(path))
    started: list[Job] = []
    with qtbot.waitSignal(document.model_changed, timeout=WAIT_MS):
        small.projects.open(path)
    small.jobs.started.connect(started.append)
    assert document.candidate is not None and document.candidate is not before
    assert repr(document.candidate.reports) == repr(before.reports)
    assert document.outcome.rows == small.document.outcome.rows
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=WAIT_MS)
    still(qtbot, small)
    assert not {job.lane for job in started} & {"treatment"}
    assert document.candidate.work.dataset is document.dataset
    assert small.network.measured.found.sqnr_db == figure
    assert not small.isWindowModified() and NO_LONGER not in flag(small)
    export(qtbot, small, tmp_path / "after.onnx")
    files = [(tmp_path / f"{name}.onnx").read_bytes() for name in ("before", "after")]
    assert files[0] == files[1]


def export(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    view = window.views.show_view("export")
    assert isinstance(view, ExportView)
    view.path.setText(str(path))
    ended(qtbot, window, view.export())
    assert path.exists()
