"""Ctrl-C: the first asks the work to stop, the second ends the program at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from quantengine.cli.exit_codes import Exit
from quantengine.cli.stderr import tell
from quantengine.monitor import Monitor

T = TypeVar("T")

_LONGEST_WAIT_S = 0.2


def run_interruptible(work: Callable[[], T], monitor: Monitor) -> T:
    """The result of `work`, which runs beside the main thread.

    Python handles signals between two steps of the main thread only: a long call into compiled
    code there would hold Ctrl-C back.
    """
    with _cancelling(monitor), ThreadPoolExecutor(1, "command") as pool:
        future = pool.submit(work)
        # A signal that the system gives to another thread does not wake this one.
        while not wait([future], timeout=_LONGEST_WAIT_S).done:
            continue
        return future.result()


def _end(_number: int, _frame: FrameType | None) -> None:
    tell("ended at once; what was being written may lie beside its place until it is written anew.")
    os._exit(Exit.CANCELLED)


@contextmanager
def _cancelling(monitor: Monitor) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def cancel(number: int, _: FrameType | None) -> None:
        signal.signal(number, _end)
        monitor.cancel()

    before = signal.signal(signal.SIGINT, cancel)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
