"""The compiled loops, loaded before they are needed."""

from __future__ import annotations

from functools import cache
from threading import Thread


def load_loops() -> None:
    """Takes about 0.4 s once a process: worth doing beside other work."""
    from quantengine.observe.collector import stats_of

    stats_of([0.0])


@cache
def load_loops_beside() -> None:
    """The same on a thread of its own."""
    Thread(target=load_loops, name="load loops").start()
