"""Decisions that nobody saved."""

from __future__ import annotations

from pathlib import Path
from socket import gethostname

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from quantengine.bundled import demo_model
from quantengine.project_file import load_project
from tests.app.conftest import WAIT_MS

LAYER = "block2.project.conv"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "other.onnx"
    path.write_bytes(demo_model().read_bytes())
    return path


def _open(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.document.model_changed, timeout=WAIT_MS):
        window.files.open_path(path)


def test_the_first_edit_is_marked_and_kept(qtbot: QtBot, window: MainWindow) -> None:
    _open(qtbot, window, demo_model())
    assert not window.isWindowModified()
    with qtbot.waitSignal(window.projects.autosaved, timeout=WAIT_MS):
        window.document.edit("keep", plan=window.document.plan.with_float(LAYER))
    assert window.isWindowModified()
    window.document.undo_stack.undo()
    window.document.undo_stack.clear()


def test_another_model_leaves_what_was_decided(
    qtbot: QtBot, window: MainWindow, other: Path, tmp_path: Path
) -> None:
    _open(qtbot, window, demo_model())
    plan = window.document.plan.with_float(LAYER)
    window.document.edit("keep", plan=plan)
    _open(qtbot, window, other)
    assert window.document.plan.keep_float == ()
    (kept,) = (tmp_path / "autosave").glob("*.qscope")
    assert load_project(kept).decided.plan == plan
    assert window.projects.autosaves.left_behind() == ()  # ours, not those of a window that died
    window.document.edit("keep", plan=window.document.plan.with_float("stem.conv"))
    second = window.document.plan
    with qtbot.waitSignal(window.document.model_changed, timeout=WAIT_MS):
        window.notice.offers()["Go back to it"].click()
    qtbot.waitUntil(lambda: window.document.plan == plan, timeout=WAIT_MS)
    assert window.document.model.path == demo_model()
    assert window.isWindowModified()
    assert window.settings.recent == (other, demo_model())
    plans = [load_project(path).decided.plan for path in (tmp_path / "autosave").glob("*.qscope")]
    assert second in plans
    assert "other.onnx" in window.notice.text.text()


def test_decisions_of_every_model_are_offered_at_the_next_start(
    qtbot: QtBot, window: MainWindow, other: Path
) -> None:
    _open(qtbot, window, demo_model())
    window.document.edit("keep", plan=window.document.plan.with_float(LAYER))
    _open(qtbot, window, other)
    window.document.edit("keep", plan=window.document.plan.with_float("stem.conv"))
    window.jobs.shutdown()
    window.projects.close()
    window.projects.autosaves.begin()
    left = window.projects.autosaves.left_behind()
    assert {load_project(path).decided.plan.keep_float for path in left} == {
        (LAYER,),
        ("stem.conv",),
    }
    window.offer_recovery()
    window.notice.offers()["Discard"].click()
    assert len(window.projects.autosaves.left_behind()) == 1
    assert "Recover" in window.notice.offers()


def test_what_was_saved_or_undone_is_not_kept(
    qtbot: QtBot, window: MainWindow, other: Path, tmp_path: Path
) -> None:
    _open(qtbot, window, demo_model())
    window.document.edit("keep", plan=window.document.plan.with_float(LAYER))
    job = window.projects.save(tmp_path / "a.qscope")
    assert job is not None
    with qtbot.waitSignal(job.done, timeout=WAIT_MS):
        pass
    qtbot.waitUntil(lambda: not window.jobs.jobs, timeout=WAIT_MS)
    _open(qtbot, window, other)
    assert not list((tmp_path / "autosave").glob("*.qscope"))
    assert not window.notice.offers()


def test_what_a_kill_left_half_written_is_cleared(window: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / "autosave"
    (folder / ".abc.qscope.xyz").mkdir(parents=True)
    (folder / ".abc.qscope.xyz" / "abc.qscope").write_bytes(b"half")
    (folder / "dead.lock").write_text(f"999999\nquantscope\n{gethostname()}\n")
    window.offer_recovery()
    assert list(folder.iterdir()) == []
