"""Figures of a task, with how far they can be trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quantengine.verdict.tasks.measure import Marks, Measure, Weighted

_DRAWS = 400
_FEWEST = 2
_LEVEL = (2.5, 97.5)


@dataclass(frozen=True)
class TaskFigure:
    """What the float network and the quantized one have, over `n` samples; None: no figure.

    `interval`: between which two the quantized one lies in 95 % of samples drawn anew, that of the
    float network held where it is (paired bootstrap, Efron 1979, with a fixed seed).
    """

    reference: float | None
    candidate: float | None
    unit: str
    n: int
    interval: tuple[float, float] | None = None
    lower_is_better: bool = False

    @property
    def rank(self) -> float:
        """The candidate's, negative where less is better; nan where there is none."""
        if self.candidate is None:
            return math.nan
        return -self.candidate if self.lower_is_better else self.candidate

    @property
    def unchanged(self) -> TaskFigure:
        """What the float network itself gets."""
        return replace(self, candidate=self.reference, interval=None)


@dataclass(frozen=True, slots=True, eq=False)
class TaskRecord:
    """What one sample shows, by measure: marks of the quantized network.

    `reference`: those of the float one, of measures that labels tell.
    """

    candidate: Mapping[str, Marks]
    reference: Mapping[str, Marks]


NOTHING = TaskRecord({}, {})


def task_figures(
    measures: Sequence[Measure], records: Sequence[TaskRecord], *, intervals: bool = False
) -> dict[str, TaskFigure]:
    """The figures of these records by name, in the order of the measures; those without a sample
    are left out.
    """
    found = {}
    for measure in measures:
        counted = [record for record in records if measure.name in record.candidate]
        if counted:
            found[measure.name] = _figure(measure, counted, intervals=intervals)
    return found


def _figure(measure: Measure, records: Sequence[TaskRecord], *, intervals: bool) -> TaskFigure:
    candidate = measure.of([record.candidate[measure.name] for record in records])
    reference = None
    if measure.perfect is None:
        reference = measure.of([record.reference[measure.name] for record in records])
    n = len(records)
    every = np.ones(n)
    found = candidate(every)
    known = measure.perfect if reference is None else reference(every)
    between = None
    if intervals and n >= _FEWEST and not math.isnan(found):
        between = _interval(candidate, reference, n)
    return TaskFigure(
        _known(known), _known(found), measure.unit, n, between, measure.lower_is_better
    )


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _interval(
    candidate: Weighted, reference: Weighted | None, n: int
) -> tuple[float, float] | None:
    """Of the candidate: that of its distance from the reference, added to the reference."""
    every = np.ones(n)
    held = 0.0 if reference is None else reference(every)
    drawn = [
        candidate(weights) - (0.0 if reference is None else reference(weights) - held)
        for weights in draws(n)
    ]
    known = [value for value in drawn if math.isfinite(value)]
    if len(known) < len(drawn) / 2:
        return None
    low, high = np.percentile(known, _LEVEL)
    return float(low), float(high)


def draws(n: int) -> NDArray[np.float64]:
    """How often each of `n` samples counts in samples drawn anew, `[draws, n]`; always the same."""
    found = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), _DRAWS)
    return found.astype(np.float64)
