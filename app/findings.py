"""What the window finds out by itself while nothing else runs: how good, who ruined it, what helps.

One piece at a time in a lane of its own, which gives way to whatever else begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from .document import Document
from .edits import keep_float
from .jobs import ARRAYS_LANE, IDLE_LANE, REST_LANE, Bridge, Job
from .network import Measured, Network
from .presets import Presets
from .settings import Settings
from .steps import Steps

if TYPE_CHECKING:
    from quantengine.analyze.culprits import Culprits, Gains
    from quantengine.data.dataset import Dataset
    from quantengine.export.rehearsal import Rehearsal

    from .outcome import Outcome

T = TypeVar("T")
Latencies = tuple[float, float]
"""Median times of one sample in ms, of the float file and of the quantized one."""

_BESIDE = (IDLE_LANE, REST_LANE, ARRAYS_LANE, "autosave", "fit", "thumbnails", "results")
"""Work that does not keep the window from looking by itself."""
QUIET_MS = 250
_FIRST = 16
"""Suspects that are tried before the file is judged on all samples."""
_KEPT = 4


@dataclass(frozen=True)
class Proof:
    """What comes of keeping exactly these layers float, on every sample that judges."""

    names: tuple[str, ...]
    rehearsal: Rehearsal


class Findings(QObject):
    changed = Signal()

    def __init__(self, steps: Steps, network: Network, settings: Settings) -> None:
        super().__init__(steps)
        self._steps, self._network, self._settings = steps, network, settings
        self._document: Document = steps.document
        self.presets = Presets(steps)
        self._rehearsed: list[Measured[Rehearsal]] = []
        self._proved: list[Measured[Proof]] = []
        self._timed: list[Measured[Latencies]] = []
        self._stopped: tuple[object, ...] = ()
        """What was open when a person stopped looking."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(QUIET_MS)
        self._soon.timeout.connect(self._look)
        steps.jobs.started.connect(self._give_way)
        steps.jobs.ended.connect(lambda _job: self._soon.start())
        self._document.model_changed.connect(self._forget)
        for signal in (network.layers_changed, self._document.judged_changed):
            signal.connect(self._soon.start)
        for found in (network.layers_changed, self.presets.changed):
            found.connect(self.changed)

    @property
    def looking(self) -> bool:
        return self._steps.jobs.running(IDLE_LANE) is not None

    @property
    def will_look(self) -> bool:
        """Whether it looks, or will once nothing else runs."""
        return self.looking or (self.looks_by_itself and self._stopped != self._open)

    @property
    def suspects_first(self) -> bool:
        """Whether the layers suspected most are being tried, which comes before other looks."""
        blamed = self._network.blamed
        if not self.looking or blamed is None or not self._network.is_current(blamed):
            return self.looking
        return not self.suspects_tried

    @property
    def suspects_tried(self) -> bool:
        """Whether it can be said that no layer stands out: looks give way, and go on later."""
        blamed = self._network.blamed
        return blamed is not None and _tried_enough(blamed.found, _FIRST)

    @property
    def rehearsed(self) -> Measured[Rehearsal] | None:
        """The file as it would be written now, else as it was last judged."""
        return self._newest(self._rehearsed)

    @property
    def rehearsal(self) -> Rehearsal | None:
        """The file as it would be written now, once that is known."""
        found = self.rehearsed
        return found.found if found is not None and self._network.is_current(found) else None

    @property
    def latencies_ms(self) -> Latencies | None:
        """Of the file as it would be written now: measured once, by a look or by an export."""
        found = self._newest(self._timed)
        return found.found if found is not None and self._network.is_current(found) else None

    def take_latencies(
        self, outcome: Outcome, dataset: Dataset | None, found: Latencies | None
    ) -> None:
        """What an export of an outcome measured, which is made whole before it is written."""
        if dataset is not None and found is not None:
            self._take(self._timed, Measured(replace(outcome, settled=True), dataset, found))

    @property
    def proof(self) -> Proof | None:
        """Of the culprits of now."""
        found = self._newest(self._proved)
        culprits = self.culprits
        if found is None or culprits is None or not self._network.is_current(found):
            return None
        return found.found if found.found.names == culprits.names else None

    @property
    def culprits(self) -> Culprits | None:
        """Who costs most of what was tried; see `network.blamed` for what it is of."""
        blamed = self._network.blamed
        if blamed is None:
            return None
        from quantengine.analyze.culprits import Culprits

        return Culprits.of(blamed.found, blamed.outcome.reports)

    @property
    def looks_by_itself(self) -> bool:
        return self._settings.looks_by_itself

    def look_by_itself(self, on: bool) -> None:
        self._settings.looks_by_itself = on
        self._stopped = ()
        if on:
            self._soon.start()
        else:
            self._cancel()

    def stop(self) -> None:
        """Until something is changed."""
        self._stopped = self._open
        self._cancel()

    def _newest(self, kept: list[Measured[T]]) -> Measured[T] | None:
        current = [each for each in kept if self._network.is_current(each)]
        return current[-1] if current else kept[-1] if kept else None

    @property
    def _open(self) -> tuple[object, ...]:
        document = self._document
        return document.outcome, document.judged, document.table

    def _cancel(self) -> None:
        self._steps.jobs.cancel(IDLE_LANE)

    def _give_way(self, job: Job) -> None:
        if job.lane not in _BESIDE:
            self._cancel()

    def _look(self) -> None:
        """Begins with the next thing that is not known."""
        if not self._settings.looks_by_itself or self._stopped == self._open:
            return
        if any(job.lane not in _BESIDE for job in self._steps.jobs.jobs) or self.looking:
            return
        document, network = self._document, self._network
        outcome, dataset = document.outcome, document.judged
        if document.table is None:
            self._calibrate()
            return
        if outcome is None or outcome.resolution is None or dataset is None:
            return
        stale = document.outcome_is_stale or document.table_is_stale or network.errors_are_stale
        if stale or not outcome.settled:
            return
        for begin in (
            self._try_presets,
            partial(self._blame, _FIRST),
            self._rehearse,
            partial(self._blame, None),
            self._prove,
        ):
            if begin(outcome, dataset):
                return

    def _calibrate(self) -> None:
        document = self._document
        model = document.model
        if model is not None and model.quantized is None and document.dataset is not None:
            job = self._steps.calibrate()
            if job is not None:
                self._rest_after(job)
                job.finished.connect(lambda: self._rest_without(document.table))

    def _rest_without(self, table: object) -> None:
        """A person who stops a calibration does not want it at once again."""
        if table is None:
            self._stopped = self._open

    def _try_presets(self, _outcome: Outcome, _dataset: Dataset) -> bool:
        """A wrong guess costs more than any layer."""
        job = self.presets.begin(IDLE_LANE) if self.presets.guessed else None
        if job is not None:
            self._rest_after(job)
        return job is not None

    def _blame(self, most: int | None, outcome: Outcome, dataset: Dataset) -> bool:
        network, ready = self._network, self._network.ready
        blamed = network.blamed if network.is_current(network.blamed) else None
        known = {} if blamed is None else blamed.found.layers
        if blamed is not None and _tried_enough(blamed.found, most):
            return False
        left = None if most is None else most - len(known)
        drops = {} if network.drops is None else network.drops.found

        def call(monitor: Bridge) -> Measured[Gains]:
            found = ready.blame(outcome, dataset, drops, known, left, monitor)
            return Measured(outcome, dataset, found)

        job = self._start(self.tr("Looking for the layers that cost most"), call)
        job.found.connect(lambda gains: network.take_blame(Measured(outcome, dataset, gains)))
        job.done.connect(network.take_blame)
        return True

    def _rehearse(self, outcome: Outcome, dataset: Dataset) -> bool:
        if self._network.is_current(self.rehearsed):
            return False

        known = self.latencies_ms

        def call(monitor: Bridge) -> Measured[Rehearsal]:
            from .rehearsed import rehearsed

            found = rehearsed(outcome, dataset, monitor, timed=known is None)
            return Measured(outcome, dataset, found if known is None else found.timed(known))

        job = self._start(self.tr("Judging on every sample"), call)
        job.done.connect(self._take_rehearsal)
        return True

    def _take_rehearsal(self, found: Measured[Rehearsal]) -> None:
        times = found.found.latencies_ms
        if times is not None:
            self._take(self._timed, Measured(found.outcome, found.dataset, times))
        self._take(self._rehearsed, found)

    def _prove(self, outcome: Outcome, dataset: Dataset) -> bool:
        """Gains of single layers do not add up: the culprits are kept float together, once."""
        culprits = self.culprits
        trained = outcome.candidate is not None and outcome.candidate.trained is not None
        if culprits is None or not culprits.names or self.proof is not None or trained:
            return False
        every = [report.name for report in outcome.reports]
        plan = keep_float(outcome.plan, culprits.names, every)

        def call(monitor: Bridge) -> Measured[Proof]:
            from .outcome import settled, work_out
            from .rehearsed import rehearsed

            work = replace(outcome.work, plan=plan)
            kept = settled(work_out(work, outcome.recipe, monitor=monitor), monitor)
            found = rehearsed(kept, dataset, monitor, timed=False)
            return Measured(outcome, dataset, Proof(culprits.names, found))

        job = self._start(self.tr("Trying them float"), call)
        job.done.connect(lambda found: self._take(self._proved, found))
        return True

    def _start(self, text: str, call: Callable[[Bridge], object]) -> Job:
        job = self._steps.start(IDLE_LANE, text, call)
        self._rest_after(job)
        return job

    def _rest_after(self, job: Job) -> None:
        """A failure would only come again."""
        now = self._open
        job.failed.connect(lambda *_: setattr(self, "_stopped", now))

    def _take(self, kept: list[Measured[T]], found: Measured[T]) -> None:
        """The last few stay, so that an undo finds them."""
        kept[:] = [*kept[1 - _KEPT :], found]
        self.changed.emit()

    def _forget(self) -> None:
        self._rehearsed, self._proved, self._timed, self._stopped = [], [], [], ()
        self.changed.emit()


def _tried_enough(gains: Gains, most: int | None) -> bool:
    wanted = gains.quantized if most is None else min(most, gains.quantized)
    return gains.figure is None or len(gains.layers) >= wanted
