"""How marks of samples become a figure: a function of how often each sample counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.float64]
"""What counts of one sample; its meaning is the measure's own."""
Weighted = Callable[[NDArray[np.float64]], float]
"""From how often each sample counts, `[n]`, to the figure; nan where there is none."""

SHARE, DECIBELS = "share", "dB"


@dataclass(frozen=True)
class Measure:
    """A figure by its name; `of` makes it of the marks of samples in their order.

    `perfect` is what the float network has where no label is needed; None: the float network has
    marks of its own, of what is right. `counts` says how many things of a sample it is about.
    """

    name: str
    unit: str
    of: Callable[[Sequence[Marks]], Weighted]
    perfect: float | None = 1.0
    lower_is_better: bool = False

    def alone(self, marks: Marks) -> float:
        """The figure of one sample."""
        return self.of([marks])(np.ones(1))


def added(of: Callable[[Marks], float]) -> Callable[[Sequence[Marks]], Weighted]:
    """A figure of the sums of the marks `[k]` of all samples."""

    def weighted(marks: Sequence[Marks]) -> Weighted:
        table = np.stack(marks)
        return lambda weights: of(weights @ table)

    return weighted


def ratio(sums: Marks) -> float:
    """The first sum as a share of the second; nan of nothing."""
    return float(sums[0] / sums[1]) if sums[1] else math.nan


SHARE_OF = added(ratio)
"""Of marks [what counts, of how many]."""
