"""Several workers that share the samples of a dataset and one session."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from quantengine.data.dataset import Dataset, stop_if_too_many
from quantengine.data.oddities import Sameness
from quantengine.errors import Cancelled, DataError
from quantengine.monitor import Monitor
from quantengine.observe.gathered import Frozen
from quantengine.observe.watcher import Watcher

_CANCEL_POLL_S = 0.05
_SHOW_EVERY_S = 1.0


@dataclass(frozen=True)
class _Skipped:
    error: DataError


@dataclass(frozen=True)
class _Failed:
    error: BaseException


_Outcome: TypeAlias = _Skipped | _Failed | None


class Crew:
    """Threads that take samples in turn until none is left, one fails, or the person cancels."""

    def __init__(
        self,
        dataset: Dataset,
        watchers: list[Watcher],
        show: Callable[[Sequence[Frozen]], None] | None = None,
    ) -> None:
        self._dataset = dataset
        self._watchers = watchers
        self._outcomes: queue.SimpleQueue[_Outcome] = queue.SimpleQueue()
        self._show = show
        self._shown_at = time.monotonic()
        self._asked: set[int] = set()
        self._parts: dict[int, Frozen] = {}
        self._stop = Monitor()
        self._lock = threading.Lock()
        self._sameness = Sameness()

    def run(self, indices: list[int], monitor: Monitor, text: str) -> None:
        """Observes every sample; says which cannot be read and raises once too many are bad."""
        jobs = deque(indices)
        threads = [
            threading.Thread(target=self._work, args=(place, jobs), daemon=True)
            for place in range(len(self._watchers))
        ]
        bad: list[DataError] = []
        try:
            with monitor.stopping(self._stop.cancel):
                for thread in threads:
                    thread.start()
                for _ in monitor.track(indices, text):
                    self._take(self._next(monitor), bad, len(indices), monitor)
                    self._show_so_far()
        finally:
            self._stop.cancel()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
        if len(bad) == len(indices):
            raise DataError("no sample could be used: {0}", bad[0] if bad else "the data is empty")
        if self._sameness.text is not None:
            monitor.fault(self._sameness.text)

    def _next(self, monitor: Monitor) -> _Outcome:
        while True:
            monitor.check()
            try:
                return self._outcomes.get(timeout=_CANCEL_POLL_S)
            except queue.Empty:
                continue

    def _show_so_far(self) -> None:
        """Asks every worker for what it has, since only itself may look, and shows the answers."""
        now = time.monotonic()
        if self._show is None or now - self._shown_at < _SHOW_EVERY_S or self._asked:
            return
        if len(self._parts) < len(self._watchers):
            self._asked.update(range(len(self._watchers)))
            return
        self._show(list(self._parts.values()))
        self._parts, self._shown_at = {}, now

    def _take(self, outcome: _Outcome, bad: list[DataError], total: int, monitor: Monitor) -> None:
        match outcome:
            case _Failed(error):
                raise error
            case _Skipped(error):
                bad.append(error)
                monitor.fault(f"skipped {error}")
                stop_if_too_many(bad, total)

    def _work(self, place: int, jobs: deque[int]) -> None:
        try:
            while (index := self._draw(place, jobs)) is not None:
                outcome = self._observe(self._watchers[place], index)
                if place in self._asked and outcome is None:
                    self._parts[place] = self._watchers[place].gathered.freeze()
                    self._asked.discard(place)
                self._outcomes.put(outcome)
        except Cancelled:
            return
        except BaseException as error:  # noqa: BLE001 (raised again by `run`)
            self._outcomes.put(_Failed(error))

    def _draw(self, place: int, jobs: deque[int]) -> int | None:
        """Workers begin at either end: they meet fewer changes of group than side by side."""
        with self._lock:
            if self._stop.cancelled or not jobs:
                return None
            return jobs.pop() if place % 2 else jobs.popleft()

    def _observe(self, watcher: Watcher, index: int) -> _Outcome:
        try:
            sample = self._dataset.load(index)
        except DataError as error:
            return _Skipped(error)
        self._sameness.add(sample.feeds)
        watcher.observe(sample, self._dataset.digest(index), self._stop)
        return None
