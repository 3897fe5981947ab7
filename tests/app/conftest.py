from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.settings import Settings
from app.theme import LIGHT, Theme

WAIT_MS = 120_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp, LIGHT)
    yield made
    made.deleteLater()


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    """Fails where a test leaves a thread of a lane behind."""
    yield
    left = [t.name for t in threading.enumerate() if t.name.startswith("lane-")]
    assert not left, f"threads left running: {left}; JobRunner.shutdown must end them"


@pytest.fixture
def window(
    qtbot: QtBot,
    qapp: QApplication,
    settings: Settings,
    theme: Theme,
    no_threads_left: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:
    monkeypatch.setattr("quantengine.targets.target_of_this_cpu", lambda: "onnxruntime-cpu")
    before = set(QApplication.topLevelWidgets())
    made = MainWindow(settings, theme, tmp_path / "autosave")
    made.show()
    yield made
    made.jobs.cancel_all()
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, 52)
    qapp.processEvents()
    left = [w for w in QApplication.topLevelWidgets() if w not in before and w.isVisible()]
    assert not left, f"windows left open: {left}"


@pytest.fixture
def demo(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window with the demo open, calibrated and worked out."""
    with qtbot.waitSignal(
        window.document.outcome_changed, timeout=WAIT_MS, check_params_cb=_is_resolved(window)
    ):
        window.steps.open_demo()
    return window


def _is_resolved(window: MainWindow) -> Callable[[], bool]:
    def check() -> bool:
        outcome = window.document.outcome
        return outcome is not None and outcome.resolution is not None

    return check
