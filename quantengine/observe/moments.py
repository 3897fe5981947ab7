"""Extremes, sums and sums of squares of each channel, exact under merging."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quantengine.observe import exact_sum
from quantengine.observe.distribution import Distribution

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """What is known of each channel's values (one channel where a tensor has none).

    count int64 `[C]`; low, high float32 `[C]`, +inf and -inf where the count is 0; sums and
    squares: canonical limbs int64 `[C, LIMBS]`.
    """

    count: NDArray[np.int64]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    sums: exact_sum.Limbs
    squares: exact_sum.Limbs

    @classmethod
    def of_distribution(cls, values: Distribution) -> Moments:
        """One channel that holds the values of a distribution."""
        from quantengine.observe.exact_add import add

        squares = values.count @ (
            (values.left**2 + values.left * values.right + values.right**2) / 3
        )
        sums = values.count @ ((values.left + values.right) / 2)
        limbs = np.zeros((2, 1, exact_sum.LIMBS), np.int64)
        for place, total in enumerate((sums, squares)):
            add(limbs[place], np.array([total]).view(np.int64))
        return cls(
            np.array([values.total], np.int64),
            np.array([values.low if values.total else np.inf], np.float32),
            np.array([values.high if values.total else -np.inf], np.float32),
            exact_sum.canonical(limbs[0]),
            exact_sum.canonical(limbs[1]),
        )

    @property
    def channels(self) -> int:
        return len(self.count)

    @cached_property
    def mean(self) -> Doubles:
        """Mean of each channel; nan where it has no value."""
        with np.errstate(invalid="ignore"):
            return exact_sum.to_doubles(self.sums) / self.count

    @cached_property
    def variance(self) -> Doubles:
        """Mean squared distance from the mean of each channel; nan where it has no value."""
        with np.errstate(invalid="ignore"):
            spread = exact_sum.to_doubles(self.squares) / self.count - self.mean**2
        return np.maximum(spread, 0.0)

    @cached_property
    def whole(self) -> Moments:
        """All channels taken together."""
        return Moments(
            self.count.sum(keepdims=True),
            self.low.min(keepdims=True, initial=np.inf),
            self.high.max(keepdims=True, initial=-np.inf),
            exact_sum.canonical(self.sums.sum(axis=0, keepdims=True)),
            exact_sum.canonical(self.squares.sum(axis=0, keepdims=True)),
        )


def merge(a: Moments, b: Moments) -> Moments:
    """Moments of both sets of values; where the channels do not match, of all together."""
    if a.channels != b.channels:
        a, b = a.whole, b.whole
    return Moments(
        a.count + b.count,
        np.minimum(a.low, b.low),
        np.maximum(a.high, b.high),
        exact_sum.canonical(a.sums + b.sums),
        exact_sum.canonical(a.squares + b.squares),
    )
