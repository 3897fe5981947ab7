"""The network as a whole under the plan: measured in the background, stale until it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from quantengine.monitor import Monitor

from .document import Document
from .jobs import REST_LANE, Job
from .ready import PROBES, Ready
from .rows import LayerRow, Runs
from .steps import Steps

if TYPE_CHECKING:
    from quantengine.analyze.comparison import Comparison
    from quantengine.analyze.culprits import Gains
    from quantengine.analyze.sensitivity import Sensitivity
    from quantengine.data.dataset import Dataset
    from quantengine.resolve.resolve import Resolution
    from quantengine.search.front import Front
    from quantengine.verdict.verdict import Verdict

    from .outcome import Outcome

T = TypeVar("T")
Levels = Mapping[str, float]
"""dB by layer."""

_IDLE_MS = 1000
_DRAW_FIRST_S = 0.06
"""The window shows what it knows at once before this work asks for the processor."""


@dataclass(frozen=True, eq=False)
class Measured(Generic[T]):
    """What runs of the network showed, with the inputs it was computed from."""

    outcome: Outcome
    dataset: Dataset
    found: T


class Network(QObject):
    """Follows the outcome: the newest plan is measured, older ones are dropped."""

    changed = Signal()
    compared_changed = Signal()
    layers_changed = Signal()
    """Errors or sensitivities of layers came, or grew old."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(steps)
        self._steps = steps
        self._document: Document = steps.document
        self.ready = Ready()
        self.measured: Measured[Verdict] | None = None
        self.before: Measured[Verdict] | None = None
        """What was measured for the plan before."""
        self.compared: Measured[Comparison] | None = None
        self.errors: Measured[Levels] | None = None
        """SQNR of every layer's output with all before it."""
        self.drops: Measured[Levels] | None = None
        """How far that lies below what feeds the layer."""
        self.ranked: Measured[Sensitivity] | None = None
        self.front: Front | None = None
        """The plans that the last search found."""
        self.blamed: Measured[Gains] | None = None
        """What keeping single layers float brings, as far as it was tried."""
        self._rows: tuple[tuple[object, ...], tuple[LayerRow, ...]] | None = None
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self._rest)
        steps.jobs.ended.connect(self._follow_job)
        self._document.model_changed.connect(self._forget)
        for signal in (self._document.outcome_changed, self._document.judged_changed):
            signal.connect(self.measure)

    @property
    def is_stale(self) -> bool:
        """Whether the figures are of another plan, model or data than those open now."""
        return not self.is_current(self.measured)

    @property
    def comparison_is_stale(self) -> bool:
        return not self.is_current(self.compared)

    @property
    def errors_are_stale(self) -> bool:
        return not self.is_current(self.errors)

    @property
    def ranking_is_stale(self) -> bool:
        return not self.is_current(self.blamed)

    def is_current(self, known: Measured[T] | None) -> bool:
        """Whether what was measured is of the plan, the model and the data of now."""
        document = self._document
        if known is None or document.outcome is None or document.outcome_is_stale:
            return False
        return known.dataset is document.judged and known.outcome.tells_the_same_as(
            document.outcome
        )

    def measure(self) -> Job | None:
        outcome, dataset = self._document.outcome, self._document.judged
        self.changed.emit()
        self.compared_changed.emit()
        self.layers_changed.emit()
        self._steps.jobs.cancel("layer errors")
        if outcome is None or outcome.resolution is None or dataset is None:
            return None
        if not outcome.settled:
            self._steps.jobs.cancel("network")
            return None
        if self.measured is not None and not self.is_stale:
            self._steps.jobs.cancel("network")
            if self.errors_are_stale:
                self._measure_layers(self.measured)
            return None

        ready = self.ready

        def call(monitor: Monitor) -> Measured[Verdict]:
            monitor.pause(_DRAW_FIRST_S)
            return Measured(outcome, dataset, ready.verdict(outcome, dataset, monitor))

        job = self._steps.start("network", self.tr("Measuring the network"), call)
        job.done.connect(self._take)
        return job

    def compare(self) -> Job | None:
        """Compares every layer, which takes seconds: done when a person asks."""
        from quantengine.analyze.compare import compare

        take, text = self._take_comparison, self.tr("Comparing layers")
        comparing = partial(compare, table=self._document.table)
        return self._judge("compare", text, comparing, take)

    def rank(self) -> Job | None:
        """Switches every layer on and off, which takes a while: done when a person asks."""
        from quantengine.analyze.sensitivity import sensitivity

        take, text = self._take_ranking, self.tr("Measuring sensitivity")
        ranking = partial(sensitivity, judge=self._document.judge)
        return self._judge("sensitivity", text, ranking, take)

    def _judge(
        self, lane: str, text: str, judge: Callable[..., T], take: Callable[[Measured[T]], None]
    ) -> Job | None:
        outcome, dataset = self._document.outcome, self._document.judged
        if outcome is None or outcome.resolution is None or dataset is None:
            return None

        def call(monitor: Monitor) -> Measured[T]:
            ready, resolution = ready_to_judge(outcome, monitor)
            found = judge(ready.model, resolution, dataset, limit=PROBES, monitor=monitor)
            return Measured(ready, dataset, found)

        job = self._steps.start(lane, text, call)
        job.done.connect(take)
        return job

    @property
    def runs(self) -> Runs:
        """What is known of layers from runs of the model."""
        return Runs.of(
            None if self.errors is None else self.errors.found,
            None if self.drops is None else self.drops.found,
            None if self.ranked is None else self.ranked.found,
            None if self.blamed is None else self.blamed.found,
        )

    def rows(self, outcome: Outcome) -> tuple[LayerRow, ...]:
        """The rows of an outcome with what is known from runs of its model."""
        known = (outcome, self.errors, self.drops, self.ranked, self.blamed)
        if self._rows is None or self._rows[0] != known:
            self._rows = known, tuple(map(self.runs.fill, outcome.rows))
        return self._rows[1]

    def _measure_layers(self, measured: Measured[Verdict]) -> None:
        outcome, dataset = measured.outcome, measured.dataset
        ready = self.ready

        def call(monitor: Monitor) -> tuple[Measured[Levels], Measured[Levels]]:
            from quantengine.analyze.introduced import introduced

            errors = ready.layer_errors(outcome, dataset, monitor)
            drops = introduced(outcome.model, errors)
            return Measured(outcome, dataset, errors), Measured(outcome, dataset, drops)

        job = self._steps.start("layer errors", self.tr("Measuring layers"), call)
        job.done.connect(self._take_errors)

    def _take(self, measured: Measured[Verdict]) -> None:
        if self.measured is not None and self.measured.dataset is measured.dataset:
            self.before = self.measured
        self.measured = measured
        self.changed.emit()
        self._measure_layers(measured)

    def _take_errors(self, found: tuple[Measured[Levels], Measured[Levels]]) -> None:
        self.errors, self.drops = found
        self.layers_changed.emit()

    def _take_ranking(self, ranked: Measured[Sensitivity]) -> None:
        self.ranked = ranked
        self.take_blame(Measured(ranked.outcome, ranked.dataset, ranked.found.gains))

    def take_blame(self, blamed: Measured[Gains]) -> None:
        self.blamed = blamed
        self.layers_changed.emit()

    def _take_comparison(self, compared: Measured[Comparison]) -> None:
        self.compared = compared
        self.compared_changed.emit()

    def _follow_job(self, job: Job) -> None:
        if job.lane != REST_LANE:
            self._idle.start()

    def _rest(self) -> None:
        """Nothing was asked for a while: what only makes the next answer quicker is let go."""
        if self._steps.jobs.jobs or self._steps.jobs.closed:
            return
        ready = self.ready
        self._steps.jobs.start(REST_LANE, "", lambda _monitor: ready.rest())

    def _forget(self) -> None:
        self.ready = Ready()
        self.measured = self.before = self.compared = None
        self.errors = self.drops = self.ranked = self.blamed = self.front = self._rows = None
        self.changed.emit()
        self.compared_changed.emit()


def ready_to_judge(outcome: Outcome, monitor: Monitor) -> tuple[Outcome, Resolution]:
    """The outcome as it will be written."""
    from .outcome import settled

    ready = settled(outcome, monitor)
    assert ready.resolution is not None  # asked for where there are statistics
    return ready, ready.resolution
