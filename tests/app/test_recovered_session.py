"""A session that was killed comes back whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from quantengine.errors import ExportError
from quantengine.project_file import load_project
from quantengine.work.recipe import Recipe
from tests.app.conftest import WAIT_MS
from tests.app.test_recovery_stays import edit, ended, still


@pytest.fixture
def dead(qtbot: QtBot, small: MainWindow, tmp_path: Path) -> Path:
    """What a killed window left that had a.qscope open, recovered and edited it."""
    ended(qtbot, small, small.projects.save(tmp_path / "a.qscope"))
    ended(qtbot, small, small.treatments.start(Recipe(("round",))))
    with qtbot.waitSignal(small.projects.autosaved, timeout=WAIT_MS):
        small.document.edit("drop", source=None)
    left = tmp_path / "autosave" / "dead.qscope"
    shutil.copyfile(small.projects.autosaves.path, left)
    half = tmp_path / "autosave" / ".dead.qscope.xyz"
    half.mkdir()
    small.document.undo_stack.undo()
    small.document.undo_stack.undo()
    still(qtbot, small)
    assert not small.isWindowModified() and not small.projects.autosaves.path.exists()
    return left


def recover(qtbot: QtBot, window: MainWindow) -> None:
    window.offer_recovery()
    with qtbot.waitSignal(window.document.project_changed, timeout=WAIT_MS):
        window.notice.offers()["Recover"].click()
    qtbot.waitUntil(lambda: window.projects.is_recovered, timeout=WAIT_MS)
    still(qtbot, window)


def test_it_has_its_name_its_mark_and_what_was_made(
    qtbot: QtBot, small: MainWindow, dead: Path, tmp_path: Path
) -> None:
    document, made = small.document, small.document.candidate
    recover(qtbot, small)
    assert document.project == tmp_path / "a.qscope"
    assert "a.qscope" in small.windowTitle() and small.isWindowModified()
    assert document.table is not None and document.decided.source is None
    assert document.candidate is not None and document.candidate is not made
    assert document.decided.recipe == Recipe(("round",)) == document.outcome.candidate.recipe
    assert dead not in small.settings.recent
    assert dead.exists(), "a kill now must lose nothing"
    assert not list(dead.parent.glob(".*"))
    small.files.save()
    qtbot.waitUntil(lambda: not small.isWindowModified(), timeout=WAIT_MS)
    assert load_project(tmp_path / "a.qscope").decided.recipe == Recipe(("round",))
    qtbot.waitUntil(lambda: not dead.exists(), timeout=WAIT_MS)


def test_quitting_asks_once_and_keeps_it(qtbot: QtBot, small: MainWindow, dead: Path) -> None:
    recover(qtbot, small)
    small.close()
    assert small.isVisible() and "recovered" in small.notice.text.text()
    small.notice.offers()["Keep working"].click()
    edit(qtbot, small)
    small.close()
    assert small.isVisible()
    small.notice.offers()["Close"].click()
    assert not small.isVisible()
    assert load_project(dead).decided.plan == small.document.plan


def test_a_model_that_is_gone_is_asked_for_and_nothing_is_dropped(
    qtbot: QtBot, small: MainWindow, dead: Path, tmp_path: Path
) -> None:
    model = small.document.model.path
    model.rename(tmp_path / "moved.onnx")
    small.projects.model_wanted.disconnect()
    with qtbot.waitSignal(small.projects.model_wanted, timeout=WAIT_MS) as asked:
        small.projects.recover(dead)
    assert asked.args == [dead, model]
    assert dead.exists() and not small.projects.is_recovered
    with qtbot.waitSignal(small.document.project_changed, timeout=WAIT_MS):
        small.projects.open(dead, tmp_path / "moved.onnx")
    qtbot.waitUntil(lambda: small.projects.is_recovered, timeout=WAIT_MS)
    assert dead not in small.settings.recent


def test_what_cannot_be_kept_is_not_left(
    qtbot: QtBot, small: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise ExportError("The disk is full: free some space.")

    monkeypatch.setattr("quantengine.project_file.save_project", full)
    plan = small.document.plan.with_float("*")
    small.document.edit("plan", plan=plan)
    ended(qtbot, small, small.steps.open_model(small.document.model.path))
    assert small.document.plan == plan
    assert "disk is full" in small.notice.text.text() and not small.notice.offers()
