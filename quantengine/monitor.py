"""Progress, notices and cancellation for calls that take time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

from quantengine.errors import Cancelled

T = TypeVar("T")


class Monitor:
    """Watches a long call: subclass and override `progress` and `say` to show them.

    `cancel` may be called from any thread; the call then raises `Cancelled` at its next check.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._on_cancel: list[Callable[[], None]] = []

    def progress(self, done: int, total: int | None, text: str) -> None:
        """Called after each item; `total` is None where it is unknown."""

    def say(self, text: str) -> None:
        """Called with a sentence the person should read: a guess made, a thing skipped."""

    def fault(self, text: str) -> None:
        """Called with what is wrong with the data and was passed over; said unless overridden."""
        self.say(text)

    def cancel(self) -> None:
        with self._lock:
            self._cancelled.set()
            stops = tuple(self._on_cancel)
        for stop in stops:
            stop()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raises `Cancelled` once `cancel` was called."""
        if self._cancelled.is_set():
            raise Cancelled

    def pause(self, seconds: float) -> None:
        """Lets other work go first; raises `Cancelled` as soon as `cancel` is called."""
        self._cancelled.wait(seconds)
        self.check()

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Within this context `cancel` also calls `stop`, for work that cannot check by itself."""
        with self._lock:
            self._on_cancel.append(stop)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._on_cancel.remove(stop)

    def track(self, items: Iterable[T], text: str, total: int | None = None) -> Iterator[T]:
        """Yields the items; each step is a progress report and a cancel point."""
        if total is None and isinstance(items, Sized):
            total = len(items)
        self.progress(0, total, text)
        self.check()
        for done, item in enumerate(items, 1):
            yield item
            self.progress(done, total, text)
            self.check()


SILENT = Monitor()
