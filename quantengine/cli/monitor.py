"""Progress and notices on stderr, so that stdout holds the answer alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from quantengine.cli.table import console
from quantengine.monitor import Monitor
from quantengine.printable import printable, shortened

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LINE_EVERY_S = 10.0


class ScreenMonitor(Monitor):
    """Use as a context: what it draws on a terminal is gone when the context ends.

    The same sentence is shown once: each pass over the data finds the same fault in it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def say(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self.show(text)

    def show(self, text: str) -> None:
        """Shows a sentence."""

    def __enter__(self) -> ScreenMonitor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops drawing."""


class LineMonitor(ScreenMonitor):
    """Plain lines for files and pipes: when a stage starts, and now and then while it lasts."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._stream = stream
        self._clock = clock
        self._stage = ""
        self._printed_s = 0.0

    def progress(self, done: int, total: int | None, text: str) -> None:
        now = self._clock()
        if text == self._stage and done and now - self._printed_s < _LINE_EVERY_S:
            return
        self._stage, self._printed_s = text, now
        counts = f": {done}" + ("" if total is None else f" of {total}")
        self._print(f"{text}{counts if done else ' ...'}")

    def show(self, text: str) -> None:
        self._print(shortened(text))

    def _print(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(f"{printable(text)}\n")
            self._stream.flush()


class BarMonitor(ScreenMonitor):
    """A progress bar with the time left; notices scroll by above it."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._console = console(stream)
        self._bars: Progress | None = None
        self._task: TaskID | None = None
        self._stage = ""

    def progress(self, done: int, total: int | None, text: str) -> None:
        bars = self._bars or self._start()
        if text != self._stage or self._task is None or not done:
            if self._task is not None:
                bars.remove_task(self._task)
            self._stage = text
            self._task = bars.add_task(printable(text), total=total)
        bars.update(self._task, completed=done)

    def show(self, text: str) -> None:
        self._console.print(shortened(printable(text)), style="dim")

    def close(self) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def _start(self) -> Progress:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._bars.start()
        return self._bars


def screen_monitor(stream: TextIO, *, quiet: bool = False) -> ScreenMonitor:
    """The monitor that suits `stream`; a quiet one shows nothing."""
    if quiet:
        return ScreenMonitor()
    return BarMonitor(stream) if stream.isatty() else LineMonitor(stream)
