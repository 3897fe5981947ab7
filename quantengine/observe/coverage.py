"""Whether the samples tell what the network will meet: how ranges move from half to half."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.counted import counted
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable
from quantengine.sentence import Sentence

MUCH = 0.125
"""Of the whole range: where half of the ranges move by more, the samples do not tell them."""
OUTSIDE = 0.01
"""A tensor with a larger share of its values beyond its range is told of."""


def few_samples(table: CalibrationTable, tensors: Iterable[str]) -> tuple[Sentence, ...]:
    """A sentence where the samples do not tell the ranges of these tensors."""
    seen = [table.tensors[name] for name in tensors if name in table.tensors]
    if len(table.samples) < 2:
        return (Sentence("All ranges are of one sample: calibrate with more."),) if seen else ()
    moved = {stats.name: move for stats in seen if not isnan(move := stats.movement)}
    if not moved or not median(moved.values()) > MUCH:
        return ()
    most = max(moved, key=lambda name: moved[name])
    return (
        Sentence(
            "Ranges cannot be told from {0}, too few or too unlike each other: those of one half "
            "differ from those of the other by {1} and more in half of the tensors, most in "
            "'{2}'. More data helps before any other method does.",
            counted(len(table.samples), "sample"),
            f"{median(moved.values()):.0%}",
            most,
        ),
    )


def outside(values: NDArray[Any], stats: TensorStats) -> int:
    """How many values lie beyond the range that was observed; mask constants do not count."""
    if not values.size or (values.min() >= stats.low and values.max() <= stats.high):
        return 0
    above = int(np.count_nonzero((values > stats.high) & np.isfinite(values)))
    floor = -np.inf if stats.mask_limit is None else stats.mask_limit
    return above + int(np.count_nonzero((values < stats.low) & (values > floor)))


class Coverage:
    """Values beyond the range that statistics by tensor saw, counted over any number of arrays."""

    def __init__(self, tensors: Mapping[str, TensorStats]) -> None:
        self._tensors = tensors
        self._counts: dict[str, tuple[int, int]] = {}

    def add(self, values: Mapping[str, NDArray[Any]]) -> None:
        """Counts one sample; tensors without statistics are passed over."""
        for name in values.keys() & self._tensors.keys():
            before, seen = self._counts.get(name, (0, 0))
            found = outside(values[name], self._tensors[name])
            self._counts[name] = (before + found, seen + values[name].size)

    def share(self, tensor: str) -> float | None:
        """Of the values of a tensor; None where none was counted."""
        beyond, seen = self._counts.get(tensor, (0, 0))
        return beyond / seen if seen else None

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """A sentence where samples that judge go beyond the ranges that were observed."""
        shares = {name: beyond / seen for name, (beyond, seen) in self._counts.items() if seen}
        return uncovered(shares)


def uncovered(shares: Mapping[str, float]) -> tuple[Sentence, ...]:
    """A sentence where many values of some tensors lie beyond their range; shares by tensor."""
    far = {name: share for name, share in shares.items() if share > OUTSIDE}
    if not far:
        return ()
    most = max(far, key=lambda name: far[name])
    return (
        Sentence(
            "The samples that judge go beyond the calibrated range in {0}, most in '{1}' with {2} "
            "of its values: calibrate with data like them.",
            counted(len(far), "tensor"),
            most,
            f"{far[most]:.1%}",
        ),
    )
