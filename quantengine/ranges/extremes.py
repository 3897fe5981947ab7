"""Ranges from the extremes themselves: all of them, averaged, or without a share of outliers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.distribution import Distribution
from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Doubles, RangeChoice, RangeSpec
from quantengine.ranges.measured import Rows


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
    """The k-th smallest and k-th largest value, k = round(N (1 - p))."""
    low_share, high_share = _shares(parameters)
    return RangeChoice(*percentile_range(stats.distribution, low_share, high_share))


def percentile_range(
    distribution: Distribution, low_share: float, high_share: float
) -> tuple[float, float]:
    """Low and high that leave k - 1 values outside each, k as in `percentile`."""
    below = _rank(distribution.total, low_share)
    above = _rank(distribution.total, high_share)
    return _smallest(distribution, below), _smallest(distribution, distribution.total + 1 - above)


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


def _smallest(distribution: Distribution, rank: float) -> float:
    """The value of a rank from 1 to the number of values; the outermost are exact."""
    if rank <= 1:
        return distribution.low
    if rank >= distribution.total:
        return distribution.high
    after = np.cumsum(distribution.count)
    place = int(np.searchsorted(after, rank - 0.5))
    count = distribution.count[place]
    share = (rank - 0.5 - (after[place] - count)) / count
    left, right = distribution.left[place], distribution.right[place]
    return float(left + share * (right - left))
