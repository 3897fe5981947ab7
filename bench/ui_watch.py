"""How long a window's own thread is away, and waiting for what it does."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
from pathlib import Path
from types import ModuleType

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

from app.main_window import MainWindow


@dataclass
class Gaps:
    """Milliseconds between ticks that should come every 2 ms, and how many of them were work."""

    wall: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        ends = (f"{max(values):.0f}" for values in (self.wall, self.work))
        most = (f"{np.percentile(values, 99):.0f}" for values in (self.wall, self.work))
        return "{} ms ({}), 99th {} ms ({})".format(*ends, *most)


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


@contextmanager
def heartbeat() -> Iterator[Gaps]:
    gaps = Gaps()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    last, worked = time.perf_counter(), time.thread_time()

    def tick() -> None:
        nonlocal last, worked
        now, work = time.perf_counter(), time.thread_time()
        gaps.wall.append(1e3 * (now - last))
        gaps.work.append(1e3 * (work - worked))
        last, worked = now, work

    timer.timeout.connect(tick)
    timer.start(2)
    yield gaps
    timer.stop()


@contextmanager
def imports_of_this_thread() -> Iterator[dict[str, float]]:
    """Milliseconds of each module that the calling thread runs first, what it imports included."""
    found: dict[str, float] = {}
    own = threading.get_ident()

    def timed(run: Callable[..., None]) -> Callable[..., None]:
        def exec_module(loader: object, module: ModuleType) -> None:
            begun = time.perf_counter()
            run(loader, module)
            if threading.get_ident() == own:
                found[module.__name__] = 1e3 * (time.perf_counter() - begun)

        return exec_module

    kinds = (SourceFileLoader, ExtensionFileLoader)
    before = [kind.exec_module for kind in kinds]
    for kind in kinds:
        kind.exec_module = timed(kind.exec_module)
    yield found
    for kind, run in zip(kinds, before, strict=True):
        kind.exec_module = run


def rest(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1e3 * seconds), loop.quit)
    loop.exec()


def settle(window: MainWindow, moment_s: float = 0.5) -> None:
    """Until nothing runs for a moment."""
    while True:
        until(lambda: not window.jobs.jobs)
        rest(moment_s)
        if not window.jobs.jobs:
            return


def until(ready: Callable[[], bool]) -> None:
    """Lets the window live until something holds."""
    loop, poll = QEventLoop(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if ready() else None)
    poll.start(20)
    if not ready():
        loop.exec()
    poll.stop()
