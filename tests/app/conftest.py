from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import DataSource
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import LIGHT, Theme
from quantengine.bundled import demo_data, demo_model
from quantengine.data.options import DataOptions
from tests.app.known import Known
from tests.engine.small_network import network

WAIT_MS = 120_000
DEMO_SAMPLES = 48


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    made.looks_by_itself = False  # a test asks for what it looks at
    return made


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
    made.close()  # what was recovered is asked about once
    made.deleteLater()
    qapp.sendPostedEvents(None, 52)
    qapp.processEvents()
    left = [w for w in QApplication.topLevelWidgets() if w not in before and w.isVisible()]
    assert not left, f"windows left open: {left}"


@pytest.fixture(scope="session")
def known() -> Known:
    return Known()


@pytest.fixture
def demo(
    qtbot: QtBot, window: MainWindow, known: Known, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """The window with the demo open, calibrated on some of its samples and worked out."""
    known.install(monkeypatch)
    options = DataOptions("calib_images", "calib_labels", preset="imagenet", limit=DEMO_SAMPLES)
    return _worked_out(qtbot, window, demo_model(), DataSource(demo_data(), options))


@pytest.fixture
def small(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """The window with a network of three layers open, calibrated and worked out."""
    network(tmp_path)
    np.save(tmp_path / "x.npy", np.random.default_rng(5).normal(size=(20, 3, 8, 8)).astype("f"))
    source = DataSource(tmp_path / "x.npy", DataOptions())
    return _worked_out(qtbot, window, tmp_path / "network.onnx", source)


def _worked_out(qtbot: QtBot, window: MainWindow, model: Path, source: DataSource) -> MainWindow:
    changed = window.document.outcome_changed
    with qtbot.waitSignal(changed, timeout=WAIT_MS, check_params_cb=_is_resolved(window)):
        window.steps.open_model(model, source, then_calibrate=True)
    return window


def _is_resolved(window: MainWindow) -> Callable[[], bool]:
    def check() -> bool:
        outcome = window.document.outcome
        return outcome is not None and outcome.resolution is not None

    return check
