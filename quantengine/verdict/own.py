"""A person's own figures: what a metric says of both networks, sample by sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quantengine.data.dataset import Sample
from quantengine.metric.function import Values
from quantengine.metric.metric import Metric, Outputs
from quantengine.monitor import Monitor
from quantengine.verdict.tasks.figure import TaskFigure, TaskRecord, task_figures
from quantengine.verdict.tasks.measure import SHARE_OF, Marks, Measure


@dataclass(frozen=True, slots=True, eq=False)
class OwnRecord:
    """What a metric says of one sample, by the names of its figures."""

    reference: Values
    candidate: Values
    lower_is_better: bool


class Own:
    """A metric on samples by their places; what it says of the float network is asked once."""

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self._known: dict[int, Values] = {}

    def record(
        self, place: int, sample: Sample, expected: Outputs, found: Outputs, monitor: Monitor
    ) -> OwnRecord:
        """Raises MetricError, Cancelled."""
        if place not in self._known:
            self._known[place] = self._values(expected, expected, sample, monitor)
        lower = self.metric.lower_is_better(monitor)
        candidate = self._values(expected, found, sample, monitor)
        return OwnRecord(self._known[place], candidate, lower)

    def _values(
        self, expected: Outputs, found: Outputs, sample: Sample, monitor: Monitor
    ) -> Values:
        values = self.metric.of(expected, found, sample, monitor)
        return {name or self.metric.name: value for name, value in values.items()}


def own_figures(records: Sequence[OwnRecord], *, intervals: bool) -> dict[str, TaskFigure]:
    """Means over the samples that give a figure, in the order in which figures come up."""
    names = dict.fromkeys(name for record in records for name in record.candidate)
    lower = any(record.lower_is_better for record in records)
    measures = [Measure(name, "", SHARE_OF, None, lower) for name in names]
    ready = [_marked(record) for record in records]
    return task_figures(measures, ready, intervals=intervals)


def _marked(record: OwnRecord) -> TaskRecord:
    both = record.candidate.keys() & record.reference.keys()
    return TaskRecord(_marks(record.candidate, both), _marks(record.reference, both))


def _marks(values: Values, names: set[str]) -> Mapping[str, Marks]:
    return {name: np.array([value, 1.0]) for name, value in values.items() if name in names}
