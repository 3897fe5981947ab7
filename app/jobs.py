"""Engine calls off the UI thread: a lane for each kind of work, the newest wins."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import count

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from quantengine.errors import Cancelled
from quantengine.freed import give_back
from quantengine.monitor import Monitor

PROGRESS_INTERVAL_S = 0.05
UNKNOWN_TOTAL = -1
SWITCH_S = 0.00005
"""How long a lane may keep the interpreter while the UI thread waits; usually 5 ms.

The UI thread lets go of it with most calls of Qt, hundreds of times to draw a page.
"""
PATIENCE_S = 0.3
"""How long what was cancelled is waited for: one long step of compiled code hears of nothing."""
WRITING_LANES = ("save", "autosave", "export", "report")
"""What is under way there is waited for when the window closes."""
_NEVER_LEFT = ("save", "autosave", "report")
"""Both would write one file there; an export that was cancelled never puts its file in place."""
_NICE = 5
_LARGE_S = 2.0
IDLE_LANE, REST_LANE, ARRAYS_LANE = "idle", "rest", "arrays"
_NICER = {IDLE_LANE: 10, "presets": 15}
"""Work that nobody asked for."""


class Bridge(Monitor):
    """Carries progress to the UI thread, not more often than the eye can follow."""

    def __init__(self, post: Callable[[str, tuple[object, ...]], None]) -> None:
        super().__init__()
        self._post = post
        self._posted_s = 0.0

    def progress(self, done: int, total: int | None, text: str) -> None:
        now = time.monotonic()
        if now - self._posted_s >= PROGRESS_INTERVAL_S or done == total:
            self._posted_s = now
            known = UNKNOWN_TOTAL if total is None else total
            self._post("progressed", (done, known, text))

    def say(self, text: str) -> None:
        self._post("said", (text,))

    def fault(self, text: str) -> None:
        self._post("faulted", (text,))

    def find(self, part: object) -> None:
        """Hands over a part of the result before the whole is there."""
        self._post("found", (part,))


class Job(QObject):
    """One piece of work. Its signals come on the UI thread; after a cancel only `finished` does."""

    progressed = Signal(int, int, object)
    """done, total (`UNKNOWN_TOTAL` where it is unknown), what is being done."""
    said = Signal(object)
    faulted = Signal(object)
    """What is wrong with the data and was passed over."""
    found = Signal(object)
    """A part of the result, as it comes."""
    done = Signal(object)
    failed = Signal(object, str)
    """The exception, and details for a report."""
    finished = Signal()
    stopping = Signal()
    """It was cancelled."""

    def __init__(self, lane: str, text: str, monitor: Monitor) -> None:
        super().__init__()
        self.lane = lane
        self.text = text
        self.started_s = time.monotonic()
        self._monitor = monitor

    @property
    def cancelled(self) -> bool:
        return self._monitor.cancelled

    def cancel(self) -> None:
        if not self._monitor.cancelled:
            self._monitor.cancel()
            self.stopping.emit()


class JobRunner(QObject):
    """Runs jobs; a new job in a lane cancels the one before it.

    Threads know a job by its number only: a QObject must not die on a thread that is not its own.
    """

    started = Signal(object)
    ended = Signal(object)
    _arrived = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(SWITCH_S)
        self._lanes: dict[str, ThreadPoolExecutor] = {}
        self._under_way: dict[int, Future[None]] = {}
        self._works: dict[int, Callable[[], None]] = {}
        self._left: list[Future[None]] = []
        self._jobs: dict[int, Job] = {}
        self._numbers = count()
        self._closed = False
        self._telling = 0
        self._told_then: dict[Callable[[], object], None] = {}
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def closed(self) -> bool:
        """Whether it was shut down: nothing may be started."""
        return self._closed

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What runs or waits, oldest first, without what was cancelled."""
        return tuple(job for job in self._jobs.values() if not job.cancelled)

    def running(self, lane: str) -> Job | None:
        """The job of a lane that will deliver a result, if any."""
        return next((job for job in reversed(self.jobs) if job.lane == lane), None)

    def once_told(self, run: Callable[[], object]) -> None:
        """Runs at once, or after what a job delivered was told to all: in several signals."""
        if self._telling:
            self._told_then[run] = None
        else:
            run()

    def start(self, lane: str, text: str, call: Callable[[Bridge], object]) -> Job:
        """Runs `call(monitor)` in its lane; connect to the job's signals before returning to Qt."""
        self.cancel(lane)
        number = next(self._numbers)
        monitor = Bridge(partial(self._post, number))
        job = self._jobs[number] = Job(lane, text, monitor)
        job.stopping.connect(partial(self._be_patient, lane, number))
        self.started.emit(job)
        self._works[number] = partial(self._run, number, monitor, call)
        self._submit(lane, number)
        return job

    def _submit(self, lane: str, number: int) -> None:
        if lane not in self._lanes:
            self._lanes[lane] = ThreadPoolExecutor(
                1,
                thread_name_prefix=f"lane-{lane}",
                initializer=_give_way,
                initargs=(_NICER.get(lane, _NICE),),
            )
        self._under_way[number] = self._lanes[lane].submit(self._works[number])

    def _be_patient(self, lane: str, number: int) -> None:
        if lane not in _NEVER_LEFT:
            QTimer.singleShot(int(PATIENCE_S * 1000), self, partial(self._leave, lane, number))

    def _leave(self, lane: str, number: int) -> None:
        """Cancelled work that does not end is over; what waits in its lane gets another thread."""
        work = self._under_way.get(number)
        if self._closed or work is None or not work.running():
            return
        self._left = [each for each in self._left if not each.done()] + [work]
        self._lanes.pop(lane).shutdown(wait=False)
        for waiting, job in self._jobs.items():
            if job.lane == lane and self._under_way[waiting].cancel():
                self._submit(lane, waiting)
        self._deliver(number, "finished", ())

    def cancel(self, lane: str) -> None:
        for job in self.jobs:
            if job.lane == lane:
                job.cancel()

    def cancel_all(self) -> None:
        for job in self.jobs:
            job.cancel()

    def shutdown(self) -> bool:
        """Cancels everything; whether no thread is left.

        What writes is waited for, all else for as long as `PATIENCE_S`: the process may then end
        without it.
        """
        self._closed = True
        self.cancel_all()
        left = (*self._under_way.values(), *self._left)
        for name in WRITING_LANES:
            if name in self._lanes:
                self._lanes.pop(name).shutdown(wait=True)
        ended = not wait(left, timeout=PATIENCE_S).not_done
        for lane in self._lanes.values():
            lane.shutdown(wait=ended)
        self._lanes.clear()
        self._jobs.clear()
        self._works.clear()
        return ended

    def _run(self, number: int, monitor: Bridge, call: Callable[[Bridge], object]) -> None:
        begun = time.monotonic()
        try:
            monitor.check()
            result = call(monitor)
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 - shown to the person, with its details
            self._post(number, "failed", (error, traceback.format_exc()))
        else:
            self._post(number, "done", (result,))
        self._post(number, "finished", ())
        if time.monotonic() - begun > _LARGE_S:
            give_back()

    def _post(self, number: int, signal: str, arguments: tuple[object, ...]) -> None:
        if not self._closed:
            self._arrived.emit(number, signal, arguments)

    @Slot(int, str, object)
    def _deliver(self, number: int, signal: str, arguments: tuple[object, ...]) -> None:
        self._telling += 1
        try:
            self._tell(number, signal, arguments)
        finally:
            self._telling -= 1
        if not self._telling:
            waiting, self._told_then = self._told_then, {}
            for run in waiting:
                run()

    def _tell(self, number: int, signal: str, arguments: tuple[object, ...]) -> None:
        job = self._jobs.get(number)
        if self._closed or job is None:
            return
        if signal == "finished":
            del self._jobs[number]
            self._under_way.pop(number, None)
            self._works.pop(number, None)
            job.finished.emit()
            self.ended.emit(job)
        elif not job.cancelled:
            getattr(job, signal).emit(*arguments)


def _give_way(nice: int) -> None:
    """On few cores the window would wait for its own work; threads of a lane inherit this."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        usual = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, usual + nice)
