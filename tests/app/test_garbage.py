from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.garbage import Garbage


class Ring:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[Garbage]:
    thresholds = gc.get_threshold()
    gc.collect()
    made = Garbage()
    made.begin()
    yield made
    made.end()
    gc.set_threshold(*thresholds)
    assert gc.isenabled()


def test_garbage_stays_until_it_is_looked_for(garbage: Garbage) -> None:
    gc.set_threshold(50, 1000, 1000)
    gone = weakref.ref(Ring())
    kept = [Ring() for _ in range(200)]
    assert gone() is not None
    garbage.look()
    assert gone() is None
    assert len(kept) == 200


def test_as_seldom_as_python_would_look(garbage: Garbage) -> None:
    gc.set_threshold(100_000, 1000, 1000)
    gone = weakref.ref(Ring())
    garbage.look()
    assert gone() is not None


def test_the_window_looks_by_itself(garbage: Garbage, qtbot: QtBot) -> None:
    gc.set_threshold(1, 1000, 1000)
    gone = weakref.ref(Ring())
    qtbot.waitUntil(lambda: gone() is None)
