from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import DataSource
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.network import Network
from app.settings import Settings
from app.theme import LIGHT, Theme
from quantengine.bundled import demo_data, demo_model
from quantengine.data.options import DataOptions
from quantengine.work.recipe import Recipe
from tests.app.known import Known
from tests.engine.small_network import network

WAIT_MS = 300_000
DEMO_SAMPLES = 48
_LATE_S = 0.5
_CHANGING = ("model", "data", "judges", "calibrate", "fit", "outcome", "treatment")
"""Lanes of work that changes what is open or what its plan means."""


@pytest.fixture(autouse=True)
def slow_jobs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --slow-jobs work begins late and its result comes late, as on a loaded machine."""
    seed = request.config.getoption("--slow-jobs")
    if seed is None:
        return
    chance, run, post = Random(f"{seed} {request.node.nodeid}"), JobRunner._run, JobRunner._post

    def begin(self: JobRunner, *work: object) -> None:
        time.sleep(chance.uniform(0, _LATE_S))
        run(self, *work)

    def arrive(self: JobRunner, number: int, signal: str, arguments: tuple[object, ...]) -> None:
        if signal in ("found", "done", "failed"):
            time.sleep(chance.uniform(0, _LATE_S))
        post(self, number, signal, arguments)

    monkeypatch.setattr(JobRunner, "_run", begin)
    monkeypatch.setattr(JobRunner, "_post", arrive)


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
def no_threads_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails where a test leaves a thread of a lane behind, however slow the machine is."""
    monkeypatch.setattr("app.jobs.PATIENCE_S", WAIT_MS / 1000)
    yield
    lanes = [t for t in threading.enumerate() if t.name.startswith("lane-")]
    for thread in lanes:
        thread.join(0.1)  # one without work is on its way out
    left = [t.name for t in lanes if t.is_alive()]
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
    monkeypatch.setattr("app.steps._SETTLE_S", 0.0)
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


@pytest.fixture
def plan_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done beyond the plan nor measured by itself, for tests that look at neither.

    Both take seconds for every plan that a test comes by.
    """
    monkeypatch.setattr("app.outcome.default_recipe", lambda _work: Recipe())
    monkeypatch.setattr(Network, "measure", lambda network: network.changed.emit())


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
    window.steps.open_model(model, source, then_calibrate=True)
    qtbot.waitUntil(lambda: window.document.table is not None, timeout=WAIT_MS)
    settled(qtbot, window)
    return window


def settled(qtbot: QtBot, window: MainWindow) -> None:
    """Waits until the outcome is that of the plan with what is done by default, and stays so.

    Until then the plan alone is shown, and is not stale: whatever is read may be worked out anew.
    """
    qtbot.waitUntil(lambda: _is_settled(window), timeout=WAIT_MS)


def _is_settled(window: MainWindow) -> bool:
    changing = any(job.lane in _CHANGING for job in window.jobs.jobs)
    return not changing and not window.document.outcome_is_stale
