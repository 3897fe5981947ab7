from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from quantengine.monitor import Monitor
from tests.app.conftest import WAIT_MS


@pytest.fixture
def runner(qtbot: QtBot, no_threads_left: None) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    made.shutdown()


def test_result_comes_on_the_ui_thread(qtbot: QtBot, runner: JobRunner) -> None:
    heard: list[tuple[str, object, threading.Thread]] = []
    job = runner.start("a", "counting", lambda monitor: sum(monitor.track(range(5), "counting")))
    job.progressed.connect(lambda *step: heard.append(("at", step, threading.current_thread())))
    job.done.connect(lambda total: heard.append(("done", total, threading.current_thread())))
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    assert heard[-2:] == [
        ("at", (5, 5, "counting"), threading.main_thread()),
        ("done", 10, threading.main_thread()),
    ]


def test_newest_of_a_lane_wins(qtbot: QtBot, runner: JobRunner) -> None:
    release = threading.Event()
    first = runner.start("a", "first", lambda _: release.wait() and "first")
    delivered: list[object] = []
    first.done.connect(delivered.append)
    second = runner.start("a", "second", lambda _: "second")
    second.done.connect(delivered.append)
    with qtbot.waitSignals([first.finished, second.finished]):
        release.set()
    assert delivered == ["second"]
    assert runner.jobs == ()


def test_what_hears_of_no_cancel_is_left_behind_by_what_comes_next(
    qtbot: QtBot, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.PATIENCE_S", 0)
    inside, release = threading.Event(), threading.Event()
    runner.start("a", "first", lambda _: inside.set() or release.wait())
    inside.wait()
    second = runner.start("a", "second", lambda _: "second")
    with qtbot.waitSignal(second.done, timeout=WAIT_MS):
        pass
    assert not release.is_set()
    release.set()


@pytest.mark.parametrize("lane", ["a", "export"])
def test_what_hears_of_no_cancel_is_over_all_the_same(
    qtbot: QtBot, runner: JobRunner, monkeypatch: pytest.MonkeyPatch, lane: str
) -> None:
    inside, release = threading.Event(), threading.Event()
    job = runner.start(lane, "work", lambda _: inside.set() or release.wait())
    inside.wait()
    with monkeypatch.context() as quick:
        quick.setattr("app.jobs.PATIENCE_S", 0)
        with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
            job.cancel()
        assert not runner.shutdown()
    release.set()
    assert runner.shutdown()


def test_what_writes_is_waited_for(
    qtbot: QtBot, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.PATIENCE_S", 0)
    inside, release = threading.Event(), threading.Event()
    first = runner.start("save", "first", lambda _: inside.set() or release.wait())
    inside.wait()
    second = runner.start("save", "second", lambda _: release.is_set())
    qtbot.wait(1)  # a turn of the loop, in which what may be left behind would be
    with qtbot.waitSignals([first.finished, second.done], timeout=WAIT_MS):
        release.set()


def test_closing_does_not_wait_for_what_hears_of_no_cancel(
    runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, release = threading.Event(), threading.Event()
    runner.start("a", "work", lambda _: inside.set() or release.wait())
    inside.wait()
    with monkeypatch.context() as quick:
        quick.setattr("app.jobs.PATIENCE_S", 0)
        assert not runner.shutdown()
    release.set()
    assert runner.shutdown()


def test_nothing_but_finished_after_a_cancel(qtbot: QtBot, runner: JobRunner) -> None:
    inside, release = threading.Event(), threading.Event()

    def call(monitor: Monitor) -> str:
        inside.set()
        release.wait()
        monitor.say("too late")
        monitor.check()
        return "never"

    job = runner.start("a", "work", call)
    heard: list[str] = []
    for name in ("said", "done", "failed", "progressed"):
        getattr(job, name).connect(lambda *_, name=name: heard.append(name))
    inside.wait()
    job.cancel()
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        release.set()
    assert heard == []


def test_unexpected_error_is_told_with_details(qtbot: QtBot, runner: JobRunner) -> None:
    job = runner.start("a", "work", lambda _: 1 / 0)
    with qtbot.waitSignal(job.failed, timeout=WAIT_MS) as failed:
        pass
    error, details = failed.args
    assert isinstance(error, ZeroDivisionError)
    assert "Traceback" in details


def test_lanes_do_not_wait_for_each_other(qtbot: QtBot, runner: JobRunner) -> None:
    release = threading.Event()
    slow = runner.start("slow", "slow", lambda _: release.wait())
    quick = runner.start("quick", "quick", lambda _: 1)
    with qtbot.waitSignal(quick.done, timeout=WAIT_MS):
        pass
    with qtbot.waitSignal(slow.done, timeout=WAIT_MS):
        release.set()
