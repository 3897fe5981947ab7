"""What a range method is asked for and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quantengine.formats.dtype import IntegerType, OfType
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.formats.granularity import PER_TENSOR, Granularity

Doubles = NDArray[np.float64]


def least_of(objective: Doubles) -> NDArray[np.intp]:
    """Where `objective` `[..., k]` is least along the last axis; NaN is never the least."""
    return np.asarray(np.argmin(np.where(np.isnan(objective), np.inf, objective), axis=-1))


@dataclass(frozen=True)
class RangeSpec(OfType):
    """The grid a range is chosen for; `narrow` leaves out the lowest code."""

    dtype: IntegerType
    symmetric: bool
    narrow: bool = False

    def encode(
        self, low: ArrayLike, high: ArrayLike, granularity: Granularity = PER_TENSOR
    ) -> Encoding:
        """The encoding of a range, as `encode_range` says."""
        return encode_range(
            low,
            high,
            self.dtype,
            symmetric=self.symmetric,
            narrow=self.narrow,
            granularity=granularity,
        )


@dataclass(frozen=True, eq=False)
class SearchCurve:
    """What a search tried: `objective` float64 `[k]` (lower is better) over `threshold` `[k]`.

    `label` says what the objective is; thresholds rise.
    """

    threshold: Doubles
    objective: Doubles
    label: str


@dataclass(frozen=True, eq=False)
class Descended:
    """What a descent went through, float64 `[k + 1]`: where it began, then after each iteration.

    `threshold` is the upper end of the range, the size of the lower where nothing lies above zero;
    `loss` the mean squared error.
    """

    threshold: Doubles
    loss: Doubles


@dataclass(frozen=True, eq=False)
class RangeChoice:
    """The chosen range in real numbers, low <= 0 <= high, with the search that led to it.

    `by` is the method that chose where the one that was asked for has no meaning.
    """

    low: float
    high: float
    curve: SearchCurve | None = None
    note: str | None = None
    by: str | None = None
    descent: Descended | None = None
