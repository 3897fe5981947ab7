"""Statistics that no values can have are refused; those of any values are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quantengine.observe.collector import stats_of
from quantengine.observe.consistent import contradiction
from quantengine.observe.statistics import TensorStats, merge

RNG = np.random.default_rng(9)
VALUES = {
    "bell": RNG.normal(size=(4, 3000)),
    "few": np.array([0.0, -0.0, 3.5, 3.5, -2.0]),
    "one": np.full(2000, 7.25),
    "zeros": np.zeros(5000),
    "tiny": RNG.normal(size=4000) * 1e-39,
    "wide": np.exp(RNG.normal(size=5000) * 20),
    "huge": np.concatenate([RNG.normal(size=3000), [1e31, -1e33, np.inf, np.nan]]),
    "nothing": np.full(20, np.nan),
    "empty": np.zeros((0, 3)),
    "masks": np.concatenate([RNG.normal(size=2000), np.full(50, -1e9)]),
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("axis", [None, 0])
def test_statistics_of_any_values_are_sound(name: str, axis: int | None) -> None:
    stats = stats_of(np.asarray(VALUES[name], np.float32), name, axis)
    assert contradiction(stats) is None
    assert contradiction(merge(stats, stats)) is None


def swapped(stats: TensorStats) -> TensorStats:
    moments = replace(stats.moments, low=stats.moments.high, high=stats.moments.low)
    return replace(stats, moments=moments)


def uncounted(stats: TensorStats) -> TensorStats:
    histogram = replace(stats.histogram, counts=stats.histogram.counts * 0)
    return replace(stats, histogram=histogram)


def without_values(stats: TensorStats) -> TensorStats:
    """Both say that nothing was seen, but extremes are there."""
    histogram = replace(
        stats.histogram, keys=stats.histogram.keys[:0], counts=stats.histogram.counts[:, :0]
    )
    moments = replace(stats.moments, count=stats.moments.count * 0)
    return replace(stats, histogram=histogram, moments=moments)


def narrower(stats: TensorStats) -> TensorStats:
    moments = replace(stats.moments, low=stats.moments.low / 4, high=stats.moments.high / 4)
    return replace(stats, moments=moments, sample_ranges=stats.sample_ranges / np.float32(4))


def other_sums(stats: TensorStats) -> TensorStats:
    return replace(stats, moments=replace(stats.moments, sums=stats.moments.squares))


def other_counts(stats: TensorStats) -> TensorStats:
    counts = stats.histogram.counts[:, np.argsort(stats.histogram.counts.sum(axis=0))]
    return replace(stats, histogram=replace(stats.histogram, counts=counts))


def other_samples(stats: TensorStats) -> TensorStats:
    return replace(stats, sample_ranges=stats.sample_ranges * np.float32(2))


@pytest.mark.parametrize(
    "spoil",
    [swapped, uncounted, without_values, narrower, other_sums, other_counts, other_samples],
)
def test_what_contradicts_itself_is_found(spoil: object) -> None:
    stats = stats_of(np.asarray(VALUES["bell"], np.float32) + 1, "x", 0)
    assert callable(spoil)
    assert contradiction(spoil(stats)) is not None
