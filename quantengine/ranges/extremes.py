"""Ranges from the extremes themselves: all of them, averaged, or without a share of outliers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.distribution import Distribution
from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Doubles, RangeChoice, RangeSpec
from quantengine.ranges.measured import Rows
from quantengine.sentence import Sentence

WITHIN_A_BIN = Sentence("An end lies in proportion within a bin of at most 0.2 % of its value.")


class Extreme(NamedTuple):
    """A value by its rank; not `exact` where it is taken in proportion within its bin."""

    value: float
    exact: bool


def minmax(stats: TensorStats, _spec: RangeSpec, _parameters: Mapping[str, float]) -> RangeChoice:
    """The smallest and the largest value seen."""
    return RangeChoice(stats.distribution.low, stats.distribution.high)


def minmax_rows(
    rows: Rows, _spec: RangeSpec, _parameters: Mapping[str, float]
) -> tuple[Doubles, Doubles]:
    """The smallest and the largest value of each row."""
    return rows.low, rows.high


def moving_average(
    stats: TensorStats, _spec: RangeSpec, parameters: Mapping[str, float]
) -> RangeChoice:
    """m <- c m + (1 - c) m_sample over the samples in order, low and high apart."""
    keep = parameters["c"]
    low, high = np.asarray(stats.sample_low), np.asarray(stats.sample_high)
    return RangeChoice(
        _average(low[np.isfinite(low)], keep), _average(high[np.isfinite(high)], keep)
    )


def _average(samples: NDArray[np.float32], keep: float) -> float:
    age = np.arange(samples.size - 1, -1, -1)
    share = np.where(age == samples.size - 1, 1.0, 1.0 - keep) * keep**age
    return float(share @ samples.astype(np.float64))


def percentile(
    stats: TensorStats, _spec: RangeSpec, parameters: Mapping[str, float]
) -> RangeChoice:
    """The k-th smallest and k-th largest value, k = round(N (1 - p)).

    They are the values themselves where those are known (`Extreme`); else the choice has a note.
    """
    low, high = extremes_of(stats, *_shares(parameters))
    note = None if low.exact and high.exact else WITHIN_A_BIN
    return RangeChoice(low.value, high.value, note=note)


def extremes_of(stats: TensorStats, low_share: float, high_share: float) -> tuple[Extreme, Extreme]:
    """Low and high that leave k - 1 values outside each, k as in `percentile`."""
    seen = stats.distribution
    below, above = _rank(seen.total, low_share), _rank(seen.total, high_share)
    lows, highs = stats.sample_ranges.T.astype(np.float64)
    return smallest(seen, below, lows), smallest(seen, seen.total + 1 - above, highs)


def percentile_rows(
    rows: Rows, _spec: RangeSpec, parameters: Mapping[str, float]
) -> tuple[Doubles, Doubles]:
    """The k-th smallest and largest value of each row; rows of one length are selected at once."""
    low_share, high_share = _shares(parameters)
    low, high = rows.low.copy(), rows.high.copy()
    lengths = np.diff(rows.starts)
    for length in np.unique(lengths):
        below, above = int(_rank(length, low_share)), int(_rank(length, high_share))
        if below == above == 1:
            continue
        where = np.flatnonzero(lengths == length)
        table = rows.values[rows.starts[where][:, None] + np.arange(length)]
        sides = np.partition(table, (below - 1, length - above), axis=1)
        low[where], high[where] = sides[:, below - 1], sides[:, length - above]
    return low, high


def _shares(parameters: Mapping[str, float]) -> tuple[float, float]:
    both = parameters["p"]
    return parameters.get("p_low", both), parameters.get("p_high", both)


def _rank(total: float, share: float) -> float:
    return max(1.0, float(np.rint(total * (1.0 - share))))


def smallest(distribution: Distribution, rank: float, known: Doubles) -> Extreme:
    """The value of a rank from 1 to the number of values.

    known: values that were seen, each once, such as the largest of every sample: where all of a
    bin are among them, they are its values.
    """
    if rank <= 1:
        return Extreme(distribution.low, exact=True)
    if rank >= distribution.total:
        return Extreme(distribution.high, exact=True)
    after = np.cumsum(distribution.count)
    place = int(np.searchsorted(after, rank - 0.5))
    count = distribution.count[place]
    inside = _inside(distribution, place, known)
    before = after[place] - count
    if inside.size == count:
        return Extreme(float(np.sort(inside)[int(rank - before) - 1]), exact=True)
    left, right = distribution.left[place], distribution.right[place]
    share = (rank - 0.5 - before) / count
    return Extreme(float(left + share * (right - left)), exact=bool(left == right))


def _inside(distribution: Distribution, place: int, known: Doubles) -> Doubles:
    """Those of a bin, which holds its end nearer to zero and, outermost, the extreme."""
    left, right = distribution.left[place], distribution.right[place]
    nearer = known == (left if left >= 0 else right)
    outermost = (known == distribution.low) | (known == distribution.high)
    ends = (known == left) | (known == right)
    return np.asarray(known[(known > left) & (known < right) | ends & (nearer | outermost)])
