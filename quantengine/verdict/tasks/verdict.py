"""The figures of a task, and what decibels they come to where a verdict follows them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from quantengine.verdict.tasks.figure import TaskFigure, TaskRecord, task_figures
from quantengine.verdict.tasks.measure import DECIBELS, Measure
from quantengine.verdict.tasks.task import Taken


@dataclass(frozen=True)
class TaskVerdict:
    """What the outputs were taken for, and its `figures` by name; `follows` is the one that ranks.

    `certain`: somebody said the task or follows a figure of it, `named`, or nothing else looks like
    that. `records` are what they are of, by `measures`, of a verdict without intervals: it may be
    held to another one sample by sample.
    """

    name: str
    certain: bool
    follows: str
    figures: Mapping[str, TaskFigure] = field(default_factory=dict)
    named: str = ""
    measures: tuple[Measure, ...] = field(default=(), repr=False, compare=False)
    records: tuple[TaskRecord, ...] = field(default=(), repr=False, compare=False)

    @property
    def followed(self) -> TaskFigure | None:
        """The figure that ranks, None where the task is not certain or there is none."""
        return self.figures.get(self.follows) if self.certain else None

    def judged_db(self, worst_db: float) -> float:
        """What is followed, in dB: `worst_db`, of the worst slice, where the task is not certain.

        A figure that is no dB already falls short of the float network's by a share; that share and
        the noise of the worst slice together, as dB: few samples tell figures of counts coarsely,
        and where they are equal the slice decides.
        """
        figure = self.followed
        if figure is None or worst_db == -math.inf:
            return worst_db
        if figure.candidate is None or figure.reference is None:
            return worst_db
        if figure.unit == DECIBELS:
            return figure.candidate
        short = abs(figure.reference - figure.candidate)
        noise = short + (0.0 if math.isnan(worst_db) else 10 ** (-worst_db / 10))
        return math.inf if noise == 0 else -10 * math.log10(noise)

    @property
    def unchanged(self) -> TaskVerdict:
        """What the float network itself gets."""
        figures = {name: each.unchanged for name, each in self.figures.items()}
        return replace(self, figures=figures)


def task_verdict(
    taken: Taken | None, records: Sequence[TaskRecord | None], *, intervals: bool = False
) -> TaskVerdict | None:
    """The figures of records in the order of their samples; None where no task was taken."""
    if taken is None:
        return None
    known = [record for record in records if record is not None]
    figures = task_figures(taken.reader.measures, known, intervals=intervals)
    certain = taken.certain or bool(taken.figure)
    found = TaskVerdict(taken.task, certain, taken.follows, figures, taken.figure)
    if intervals or len(known) < len(records):
        return found
    return replace(found, measures=taken.reader.measures, records=tuple(known))
