from __future__ import annotations

import numpy as np
import pytest

from quantengine.observe.collector import stats_of
from quantengine.observe.distribution import Distribution
from quantengine.ranges.thinned import thinned


@pytest.mark.parametrize("size", [1e-6, 1.0, 3e8])
def test_values_and_spikes_stay_where_they_are(size: float) -> None:
    draw = np.random.default_rng(5).standard_t(2, 60_000) * size
    stats = stats_of(np.clip(draw, -3 * size, None) * (np.abs(draw) > size / 9))
    full, few = stats.distribution, thinned(stats.distribution)
    assert few.left.size < 0.6 * full.left.size
    assert few.total == full.total
    assert (few.low, few.high) == (full.low, full.high)
    assert np.all(few.left[1:] >= few.right[:-1])
    zero = few.left == few.right
    assert few.count[zero & (few.left == 0)] == full.count[full.left == 0]
    at = np.searchsorted(full.right, few.right)
    np.testing.assert_array_equal(np.cumsum(few.count), np.cumsum(full.count)[at])


def test_bins_are_narrow_where_a_range_may_end() -> None:
    stats = stats_of(np.random.default_rng(5).normal(size=300_000))
    few = thinned(stats.distribution)
    top = max(-few.low, few.high)
    width = (few.right - few.left)[np.abs(few.left) > top / 2]
    assert np.all(width <= top / 256)
    full = stats.distribution
    assert np.all((few.right - few.left)[np.abs(few.left) < top / 2**10] < top / 2**15)
    assert few.left.size < full.left.size


def test_exact_values_are_left_alone() -> None:
    values = Distribution.of_values([0.0, 1.0, 1.0000001, 5.0])
    assert thinned(values) is values
