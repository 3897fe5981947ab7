from __future__ import annotations

import threading

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels import strip
from tests.app.conftest import WAIT_MS, settled

LAYER = "block2.project.conv"


def held(window: MainWindow, lane: str) -> threading.Event:
    """Work that ends when it is cancelled or told to."""
    end = threading.Event()

    def call(monitor: object) -> None:
        with monitor.stopping(end.set):
            end.wait(30)
            monitor.check()

    window.steps.start(lane, "Long work", call)
    return end


def test_closing_while_a_file_is_written_asks_once(qtbot: QtBot, demo: MainWindow) -> None:
    held(demo, "export")
    demo.close()
    assert demo.isVisible()
    assert "Long work is not finished" in demo.notice.text.text()
    demo.notice.offers()["Keep working"].click()
    assert demo.jobs.running("export") is not None
    demo.close()
    assert demo.isVisible()
    demo.notice.offers()["Stop and close"].click()
    assert not demo.isVisible()
    assert demo.jobs.jobs == ()


def test_work_that_began_a_while_ago_is_missed(
    qtbot: QtBot, demo: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: not demo.jobs.jobs, timeout=WAIT_MS)
    held(demo, "sensitivity")
    assert demo.strip.work_in_progress is None
    monkeypatch.setattr(strip, "MISSED_AFTER_S", -1.0)
    assert demo.strip.work_in_progress == "Long work"


def test_decisions_that_were_not_saved_come_back(
    qtbot: QtBot, demo: MainWindow, settings: object, theme: object
) -> None:
    folder = demo.projects.autosaves.path.parent
    demo.document.select(LAYER)
    demo.tune.set_quantized(False)
    settled(qtbot, demo)
    demo.jobs.cancel_all()
    demo.close()
    again = MainWindow(settings, theme, folder)
    qtbot.addWidget(again)
    again.show()
    again.offer_recovery()
    again.notice.offers()["Recover"].click()
    qtbot.waitUntil(lambda: again.document.plan.keep_float == (LAYER,), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: again.document.outcome is not None, timeout=WAIT_MS)
    again.jobs.cancel_all()
    again.close()
    assert len(list(folder.glob("*.qscope"))) == 1, "what was recovered is still not saved"


def test_a_session_without_decisions_leaves_nothing(qtbot: QtBot, demo: MainWindow) -> None:
    folder = demo.projects.autosaves.path.parent
    demo.jobs.cancel_all()
    demo.close()
    assert not list(folder.glob("*.qscope"))
