"""The network as a whole under the plan: measured in the background, stale until it is."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document import Document
from app.jobs import Job
from app.steps import Steps
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from app.outcome import Outcome
    from quantengine.analyze.comparison import Comparison
    from quantengine.analyze.gauge import Gauge
    from quantengine.analyze.metrics import Effect
    from quantengine.data.dataset import Dataset
    from quantengine.graph.model import FloatModel

PROBES = 16


@dataclass(frozen=True, eq=False)
class Measured:
    """What a plan does to the outputs, with the inputs it was computed from."""

    outcome: Outcome
    dataset: Dataset
    effect: Effect


@dataclass(frozen=True, eq=False)
class Compared:
    """Every layer alone and with all before it, with the inputs it was computed from."""

    outcome: Outcome
    dataset: Dataset
    comparison: Comparison


class Network(QObject):
    """Follows the outcome: the newest plan is measured, older ones are dropped."""

    changed = Signal()
    compared_changed = Signal()

    def __init__(self, steps: Steps) -> None:
        super().__init__(steps)
        self._steps = steps
        self._document: Document = steps.document
        self._lock = threading.Lock()
        self._gauge: tuple[FloatModel, Dataset, Gauge] | None = None
        self.measured: Measured | None = None
        self.before: Measured | None = None
        """What was measured for the plan before."""
        self.compared: Compared | None = None
        self._document.model_changed.connect(self._forget)
        for signal in (self._document.outcome_changed, self._document.data_changed):
            signal.connect(self.measure)

    @property
    def is_stale(self) -> bool:
        """Whether the figures are of another plan, model or data than those open now."""
        return not self._is_current(self.measured)

    @property
    def comparison_is_stale(self) -> bool:
        return not self._is_current(self.compared)

    def _is_current(self, known: Measured | Compared | None) -> bool:
        document = self._document
        same = known is not None and known.outcome is document.outcome
        return same and known.dataset is document.dataset and not document.outcome_is_stale

    def measure(self) -> Job | None:
        outcome, dataset = self._document.outcome, self._document.dataset
        self.changed.emit()
        self.compared_changed.emit()
        if outcome is None or outcome.resolution is None or dataset is None:
            return None
        if not self.is_stale:
            return None

        def call(monitor: Monitor) -> Measured:
            return Measured(outcome, dataset, self.effect_of(outcome, dataset, monitor))

        job = self._steps.start("network", self.tr("Measuring the network"), call)
        job.done.connect(self._take)
        return job

    def compare(self) -> Job | None:
        """Compares every layer, which takes seconds: done when a person asks."""
        outcome, dataset = self._document.outcome, self._document.dataset
        if outcome is None or outcome.resolution is None or dataset is None:
            return None
        resolution = outcome.resolution

        def call(monitor: Monitor) -> Compared:
            from quantengine.analyze.compare import compare

            comparison = compare(outcome.model, resolution, dataset, limit=PROBES, monitor=monitor)
            return Compared(outcome, dataset, comparison)

        job = self._steps.start("compare", self.tr("Comparing layers"), call)
        job.done.connect(self._take_comparison)
        return job

    def effect_of(self, outcome: Outcome, dataset: Dataset, monitor: Monitor) -> Effect:
        """What a plan does to the outputs; for jobs of any lane, one at a time."""
        assert outcome.resolution is not None
        with self._lock:
            gauge = self._ready(outcome.model, dataset, monitor)
            return gauge.effect(outcome.resolution.encodings, monitor=monitor)

    def _ready(self, model: FloatModel, dataset: Dataset, monitor: Monitor) -> Gauge:
        from quantengine.analyze.gauge import Gauge

        known = self._gauge
        if known is None or known[0] is not model or known[1] is not dataset:
            gauge = Gauge(model, dataset, PROBES, monitor=monitor)
            known = self._gauge = (model, dataset, gauge)
        return known[2]

    def _take(self, measured: Measured) -> None:
        if self.measured is not None and self.measured.dataset is measured.dataset:
            self.before = self.measured
        self.measured = measured
        self.changed.emit()

    def _take_comparison(self, compared: Compared) -> None:
        self.compared = compared
        self.compared_changed.emit()

    def _forget(self) -> None:
        self._gauge = self.measured = self.before = self.compared = None
        self.changed.emit()
        self.compared_changed.emit()
