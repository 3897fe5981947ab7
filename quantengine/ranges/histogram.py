"""Histograms over even bins, read off a distribution."""

from __future__ import annotations

import numpy as np

from quantengine.observe.distribution import Distribution
from quantengine.ranges.choice import Doubles


def cumulative(distribution: Distribution, at: Doubles) -> Doubles:
    """How many values are <= each of `at`, float64 of the same shape."""
    left, right, count = distribution.left, distribution.right, distribution.count
    before = np.concatenate(([0.0], np.cumsum(count)))
    place = np.searchsorted(left, at, side="right") - 1
    bin_ = np.maximum(place, 0)
    width = right[bin_] - left[bin_]
    spike = width <= 0
    share = np.where(spike, 1.0, (at - left[bin_]) / np.where(spike, 1.0, width))
    return np.where(place < 0, 0.0, before[bin_] + count[bin_] * np.clip(share, 0.0, 1.0))


def cumulative_size(distribution: Distribution, at: Doubles) -> Doubles:
    """How many values have |x| <= each of `at` >= 0."""
    mirrored = Distribution(
        -distribution.right[::-1], -distribution.left[::-1], distribution.count[::-1]
    )
    return cumulative(distribution, at) + cumulative(mirrored, at) - distribution.total
