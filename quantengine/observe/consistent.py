"""Whether statistics can be of any values at all: they say the same thing in several ways."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe import exact_sum
from quantengine.observe.distribution import Distribution
from quantengine.observe.moments import Moments
from quantengine.observe.statistics import TensorStats
from quantengine.sentence import Sentence

_CLOSE = 1e-6
"""Sums are exact, but each sample's values are added as doubles first."""
_TINY = 1e-38
"""Values below are counted as zero."""


def contradiction(stats: TensorStats) -> Sentence | None:
    """What of the statistics of a tensor is not true of any values; None where all may be."""
    moments, counts = stats.moments, stats.histogram.counts.sum(axis=0, dtype=np.int64)
    if np.any(counts <= 0) or int(counts.sum()) != int(moments.count.sum()):
        return Sentence("its values are not counted alike")
    if not _in_order(moments):
        return Sentence("a lowest value lies above the highest")
    if not counts.size:
        return None
    seen = stats.full_distribution
    if not _ends_meet(stats, seen):
        return Sentence("its extremes are not those of what was counted")
    if not (_sums_fit(moments.whole, seen) and _means_fit(moments)):
        return Sentence("its sums are not those of what was counted")
    return None


def _in_order(moments: Moments) -> bool:
    """A channel without a value has no extremes."""
    some, low, high = moments.count > 0, moments.low, moments.high
    empty = bool(np.all(low[~some] == np.inf) and np.all(high[~some] == -np.inf))
    return empty and bool(np.all(low[some] <= high[some]))


def _ends_meet(stats: TensorStats, seen: Distribution) -> bool:
    """Those of the channels, of the outermost bins, and of the samples."""
    low, high = float(stats.moments.low.min()), float(stats.moments.high.max())
    bins = stats.histogram.distribution(-np.inf, np.inf)
    outermost = (
        bins.left[0] - _TINY <= low <= bins.right[0] + _TINY,
        bins.left[-1] - _TINY <= high <= bins.right[-1] + _TINY,
        seen.left.size == bins.left.size,
    )
    ranges = stats.sample_ranges
    lowest = float(np.fmin.reduce(ranges[:, 0], initial=np.inf))
    highest = float(np.fmax.reduce(ranges[:, 1], initial=-np.inf))
    if stats.huge_count:
        return all(outermost) and lowest <= low and highest >= high
    return all(outermost) and (lowest, highest) == (low, high)


def _sums_fit(whole: Moments, seen: Distribution) -> bool:
    sums, squares = (float(exact_sum.to_doubles(each)[0]) for each in (whole.sums, whole.squares))
    ends = np.stack((seen.left, seen.right))
    most = np.abs(ends).max(axis=0)
    slack = _CLOSE * float(seen.count @ most) + _TINY
    if not seen.count @ seen.left - slack <= sums <= seen.count @ seen.right + slack:
        return False
    slack = _CLOSE * float(seen.count @ most**2) + _TINY
    return (
        float(seen.count @ np.abs(ends).min(axis=0) ** 2) - slack
        <= squares
        <= float(seen.count @ most**2) + slack
    )


def _means_fit(moments: Moments) -> bool:
    some = moments.count > 0
    low, high, mean = (_doubles(each)[some] for each in (moments.low, moments.high, moments.mean))
    slack = _CLOSE * np.maximum(np.abs(low), np.abs(high)) + _TINY
    return bool(np.all((low - slack <= mean) & (mean <= high + slack)))


def _doubles(values: NDArray[np.floating]) -> NDArray[np.float64]:
    return values.astype(np.float64)
