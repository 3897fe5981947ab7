"""Ctrl-C: the first asks the work to stop, the second ends the program at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from threading import Thread
from types import FrameType
from typing import TypeVar

from quantengine.cli.exit_codes import Exit
from quantengine.cli.stderr import tell
from quantengine.errors import Cancelled
from quantengine.monitor import Monitor

T = TypeVar("T")

_LONGEST_WAIT_S, _PATIENCE_S = 0.05, 0.2


class Abandoned(Cancelled):
    """What was asked to stop is still under way: one long step of compiled code, most often.

    The process has to end without waiting for it.
    """


def run_interruptible(work: Callable[[], T], monitor: Monitor) -> T:
    """The result of `work`, which runs beside the main thread; raises Abandoned.

    Python handles signals between two steps of the main thread only: a long call into compiled
    code there would hold Ctrl-C back.
    """
    future = Future[T]()
    with _cancelling(monitor):
        Thread(target=_fill, args=(future, work), name="command", daemon=True).start()
        # A signal that the system gives to another thread does not wake this one.
        while not wait([future], timeout=_LONGEST_WAIT_S).done:
            if monitor.cancelled and not wait([future], timeout=_PATIENCE_S).done:
                raise Abandoned
        return future.result()


def _fill(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
        future.set_exception(error)


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
