"""Whether a change surely takes from what a network is for, whatever its decibels say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantengine.verdict.tasks.figure import draws
from quantengine.verdict.tasks.measure import Marks, Measure
from quantengine.verdict.tasks.verdict import TaskVerdict

SURE = 0.99
WORTH = 0.001
"""What a figure has to lose to be missed."""
_FEWEST = 8


@dataclass(frozen=True)
class Harm:
    """The figure `name` before and after a change, over `n` samples."""

    name: str
    before: float
    after: float
    n: int


def harm_of(before: TaskVerdict | None, after: TaskVerdict | None) -> Harm | None:
    """The figure of a certain task that falls in nearly all samples drawn anew, in pairs.

    What ranks is looked at, and what labels tell; None where nothing surely falls, or where
    samples are too few to say so (paired bootstrap, Efron 1979, with a fixed seed).
    """
    if before is None or after is None or not before.certain:
        return None
    found = (_harm(measure, *_pairs(measure, before, after)) for measure in _measures(before))
    return next((harm for harm in found if harm is not None), None)


def _measures(found: TaskVerdict) -> Iterator[Measure]:
    for measure in found.measures:
        if measure.perfect is None or measure.name == found.follows:
            yield measure


def _pairs(
    measure: Measure, before: TaskVerdict, after: TaskVerdict
) -> tuple[list[Marks], list[Marks]]:
    """What samples show that can be read in both."""
    name = measure.name
    both = [
        (one.candidate[name], other.candidate[name])
        for one, other in zip(before.records, after.records, strict=True)
        if name in one.candidate and name in other.candidate
    ]
    return [one for one, _ in both], [other for _, other in both]


def _harm(measure: Measure, before: Sequence[Marks], after: Sequence[Marks]) -> Harm | None:
    n = len(before)
    if n < _FEWEST:
        return None
    old, new, every = measure.of(before), measure.of(after), np.ones(n)
    sign = -1.0 if measure.lower_is_better else 1.0

    def falls(weights: NDArray[np.float64]) -> bool:
        return bool(sign * (old(weights) - new(weights)) > WORTH)

    if not falls(every) or sum(map(falls, draws(n))) < SURE * len(draws(n)):
        return None
    return Harm(measure.name, old(every), new(every), n)
