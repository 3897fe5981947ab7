"""How long work is to take is told by what it took before."""

from __future__ import annotations

from types import SimpleNamespace

from pytestqt.qtbot import QtBot

from app.expected import EPOCH, FULL, QUICK, WIDTH
from app.main_window import MainWindow
from tests.app.conftest import WAIT_MS


def test_a_width_takes_what_those_before_took(qtbot: QtBot, window: MainWindow) -> None:
    expected = window.context.expected
    assert expected.of(WIDTH) is None and expected.named("Sweep", WIDTH, 5) == "Sweep"
    points = [SimpleNamespace(bits=bits) for bits in (2, 2, 3)]
    window.jobs.start("widths", "", lambda bridge: [bridge.find(each) for each in points])
    qtbot.waitUntil(
        lambda: not window.jobs.jobs and expected.of(WIDTH) is not None, timeout=WAIT_MS
    )
    found = expected.of(WIDTH)
    assert found is not None and found.measured
    expected._take(WIDTH, 12.0)
    assert expected.named("Sweep", WIDTH, 2) == "Sweep ~25 s"
    assert expected.source(WIDTH) == "The time is that of the last run."


def test_what_was_never_run_is_estimated_or_not_told(window: MainWindow) -> None:
    expected = window.context.expected
    expected._take("made", 2.0)
    found = expected.of(FULL)
    assert found is not None and not found.measured and expected.of(EPOCH) is None
    assert expected.of(WIDTH) is None
    expected._take("calibrated", 1.0)
    width = expected.of(WIDTH)
    assert width is not None and width.seconds > found.seconds


def test_a_part_is_never_told_to_take_longer_than_the_whole(window: MainWindow) -> None:
    expected = window.context.expected
    expected._take("made", 20.0)
    expected._take(FULL, 25.0)
    quick = expected.of(QUICK)
    assert quick is not None and not quick.measured and quick.seconds < 25.0
    assert expected.source(QUICK, FULL) == "Times are estimated from what was run before."
    expected._forget()
    expected._take("made", 20.0)
    expected._take(QUICK, 90.0)
    full = expected.of(FULL)
    assert full is not None and full.seconds > 90.0
