from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from quantengine.observe import exact_sum, statistics
from quantengine.observe.block import Block
from quantengine.observe.collector import Collector, stats_of
from quantengine.observe.exact_add import add
from quantengine.observe.histogram import MOST_EXACT, SHIFT
from quantengine.observe.statistics import MOST_KEPT, TensorStats
from quantengine.observe.tap import Tap


def observed(
    samples: Sequence[np.ndarray], axis: int | None = None, names: Sequence[str] | None = None
) -> TensorStats:
    """Statistics of several samples by one collector."""
    tap = Tap("t", axis, keep_rows=True)
    collector = Collector([tap])
    for place, values in enumerate(samples):
        block = Block([tap], [values.shape])
        block.fill([values])
        collector.observe(names[place] if names else f"s{place}", block)
    return collector.freeze()[0]


def assert_same(a: TensorStats, b: TensorStats) -> None:
    """To the last bit."""
    assert (a.name, a.shape, a.channel_axis) == (b.name, b.shape, b.channel_axis)
    assert a.histogram.exact == b.histogram.exact
    assert (a.nan_count, a.inf_count, a.huge_count) == (b.nan_count, b.inf_count, b.huge_count)
    pairs = [
        (a.histogram.keys, b.histogram.keys),
        (a.histogram.counts, b.histogram.counts),
        (a.sample_ranges, b.sample_ranges),
        *((getattr(a.moments, n), getattr(b.moments, n)) for n in vars(a.moments)),
        *((x, y) for (_, x), (_, y) in zip(a.kept_rows, b.kept_rows, strict=True)),
    ]
    for x, y in pairs:
        assert x.dtype == y.dtype
        assert x.tobytes() == y.tobytes()
    assert [rank for rank, _ in a.kept_rows] == [rank for rank, _ in b.kept_rows]


any_floats = arrays(
    np.float32, array_shapes(min_dims=2, max_dims=3, max_side=6), elements=st.floats(width=32)
)


@given(any_floats, st.sampled_from([None, 0, 1, -1]))
def test_statistics_of_any_array_are_those_of_numpy(values: np.ndarray, axis: int | None) -> None:
    stats = stats_of(values, "t", axis)
    flat = values.reshape(-1)
    data = flat[np.abs(flat) < 1e30].astype(np.float64)
    assert stats.nan_count == np.isnan(flat).sum()
    assert stats.inf_count == np.isinf(flat).sum()
    assert stats.huge_count == (np.isfinite(flat) & (np.abs(flat) >= 1e30)).sum()
    assert stats.full_distribution.total == data.size
    if data.size:
        assert stats.full_distribution.low == data.min()
        assert stats.full_distribution.high == data.max()
        assert stats.moments.whole.mean[0] == pytest.approx(data.mean(), rel=1e-12, abs=1e-60)
    if axis is not None and stats.channels is not None:
        rows = np.moveaxis(values, axis, 0).reshape(values.shape[axis], -1).astype(np.float64)
        rows[~(np.abs(rows) < 1e30)] = np.nan
        for place, row in enumerate(rows):
            kept = row[~np.isnan(row)]
            expected = [kept.min(), kept.max(), kept.mean()] if kept.size else [np.nan] * 3
            found = [stats.channels.low, stats.channels.high, stats.channels.mean]
            np.testing.assert_allclose([f[place] for f in found], expected, rtol=1e-12, atol=1e-60)


@given(st.lists(any_floats, min_size=2, max_size=6), st.data(), st.sampled_from([None, 1]))
def test_merging_in_any_order_gives_the_same_bits(
    samples: list[np.ndarray], data: st.DataObject, axis: int | None
) -> None:
    names = [f"s{place}" for place in range(len(samples))]
    whole = observed(samples, axis, names)
    order = data.draw(st.permutations(range(len(samples))))
    parts = [(observed([samples[i]], axis, [names[i]]), [i]) for i in order]
    while len(parts) > 1:
        place = data.draw(st.integers(0, len(parts) - 2))
        (a, left), (b, right) = parts[place], parts[place + 1]
        parts[place : place + 2] = [(statistics.merge(a, b), left + right)]
    merged, came = parts[0]
    sorted_ranges = merged.sample_ranges[np.argsort(came)]
    object.__setattr__(merged, "sample_ranges", np.ascontiguousarray(sorted_ranges))
    assert_same(merged, whole)


@pytest.mark.parametrize("distinct", [MOST_EXACT - 1, MOST_EXACT, MOST_EXACT + 1])
def test_exactness_depends_on_the_union_only(distinct: int) -> None:
    values = np.arange(1, distinct + 1, dtype=np.float32)
    halves = [values[: distinct // 2], values[distinct // 3 :]]
    together = observed(halves)
    apart = statistics.merge(observed(halves[:1], None, ["s0"]), observed(halves[1:], None, ["s1"]))
    assert_same(together, apart)
    assert together.histogram.exact == (distinct <= MOST_EXACT)
    assert together.count == sum(half.size for half in halves)


def test_counts_of_a_long_run_are_those_of_numpy() -> None:
    draw = np.random.default_rng(1)
    samples = [draw.normal(size=(2, 7, 30, 31)).astype(np.float32) for _ in range(9)]
    stats = observed(samples, 1)
    flat = np.concatenate([s.reshape(-1) for s in samples])
    assert stats.histogram.counts.sum() == flat.size
    keys, counts = np.unique(flat.view(np.uint32) >> SHIFT, return_counts=True)
    assert stats.histogram.keys.tolist() == keys.tolist()
    assert stats.histogram.counts.sum(axis=0).tolist() == counts.tolist()
    assert stats.channels is not None
    stacked = np.stack(samples).astype(np.float64)
    np.testing.assert_allclose(stats.channels.mean, stacked.mean((0, 1, 3, 4)), rtol=1e-10)
    np.testing.assert_allclose(stats.channels.variance, stacked.var((0, 1, 3, 4)), rtol=1e-10)
    assert stats.variance == pytest.approx(stacked.var(), rel=1e-10)
    assert stats.sample_low.tolist() == [s.min() for s in samples]
    assert stats.sample_high.tolist() == [s.max() for s in samples]


@pytest.mark.parametrize(
    ("values", "low", "high", "count"),
    [
        (np.zeros((0, 4)), np.nan, np.nan, 0),
        (np.float32(3.0), 3.0, 3.0, 1),
        (np.full((5, 5), -2.5), -2.5, -2.5, 25),
        (np.full(9, np.nan), np.nan, np.nan, 0),
        (np.arange(-3, 4), -3.0, 3.0, 7),
        (np.array([1, 200], np.uint8), 1.0, 200.0, 2),
        (np.array([True, False]), 0.0, 1.0, 2),
        (np.array([0.5, -0.5], np.float16), -0.5, 0.5, 2),
        (np.array([1e-45, 3e-39], np.float32), np.float32(1e-45), np.float32(3e-39), 2),
        (np.array([9.9e29, -9e29], np.float32), np.float32(-9e29), np.float32(9.9e29), 2),
    ],
)
def test_odd_tensors(values: np.ndarray, low: float, high: float, count: int) -> None:
    stats = stats_of(values)
    np.testing.assert_equal([stats.low, stats.high, stats.count], [low, high, count])


def test_negative_zero_is_zero_in_both_forms() -> None:
    few = stats_of(np.array([-0.0, 0.0], np.float32))
    many = stats_of(np.append(np.arange(2000), [-0.0, 0.0]).astype(np.float32))
    assert few.distribution.left.tolist() == [0.0]
    assert many.distribution.count[0] == 3.0


def test_a_sample_without_values_has_no_extremes() -> None:
    stats = observed([np.array([np.nan]), np.array([2.0])])
    np.testing.assert_equal(stats.sample_low, np.array([np.nan, 2.0], np.float32))


@pytest.mark.parametrize("mask", [-10_000.0, -65_504.0, -3.4028235e38, -np.inf])
def test_masks_are_counted_and_kept_out_of_the_range(mask: float) -> None:
    scores = np.random.default_rng(3).normal(0, 3, (4, 16, 16)).astype(np.float32)
    scores[:, :, 11:] += np.float32(mask)
    stats = stats_of(scores, mask_limit=-5000.0)
    plain = scores[:, :, :11]
    assert (stats.low, stats.high) == (plain.min(), plain.max())
    assert stats.sentinel_count + stats.inf_count == 4 * 16 * 5
    assert stats.mean == pytest.approx(plain.mean(dtype=np.float64), abs=1e-3)
    assert stats.sample_low[0] == plain.min()


@pytest.mark.parametrize("large", [-10_000.0, 2500.0, -1e9, 9e29])
@pytest.mark.parametrize("share", [1, 10, 2000])
def test_large_values_are_data_where_the_graph_tells_of_no_mask(large: float, share: int) -> None:
    values = np.random.default_rng(4).normal(size=4000).astype(np.float32)
    values[:share] = large
    stats = stats_of(values)
    assert (stats.low, stats.high) == (values.min(), values.max())
    assert stats.sentinel_count == 0


@pytest.mark.parametrize(
    "values", [[-6000.0, -6000.0], [-4900.0, 0.0], [-9000.0, -2000.0, -500.0, 0.0]]
)
def test_what_stands_alone_or_has_no_gap_is_no_mask(values: list[float]) -> None:
    stats = stats_of(values, mask_limit=-5000.0)
    assert (stats.low, stats.sentinel_count) == (min(values), 0)


def test_channels_that_vary_in_number_are_taken_together() -> None:
    stats = observed([np.ones((2, 3)), np.zeros((2, 5)), np.ones((2, 3))], 1)
    assert stats.channels is None
    assert stats.shape == (2, 5)
    assert stats.mean == pytest.approx(12 / 22)


def test_rows_are_kept_for_a_bounded_number_of_samples() -> None:
    samples = [np.full((1, 4), place, np.float32) for place in range(3 * MOST_KEPT)]
    stats = observed(samples)
    assert stats.kept is not None
    assert stats.kept.shape == (MOST_KEPT, 4)
    backwards = observed(samples[::-1], None, [f"s{i}" for i in range(len(samples))][::-1])
    assert backwards.kept is not None
    assert backwards.kept.tolist() == stats.kept.tolist()


sums = st.lists(st.floats(-1e72, 1e72).filter(lambda x: x == 0 or abs(x) > 1e-80), max_size=30)


@given(sums)
def test_exact_sums_are_exact(values: list[float]) -> None:
    limbs = np.zeros((1, exact_sum.LIMBS), np.int64)
    for value in values:
        add(limbs, np.array([value]).view(np.int64))
    exact = float(sum(map(Fraction, values)))
    assert exact_sum.to_doubles(limbs)[0] == pytest.approx(exact, rel=1e-14)
    backwards = np.zeros_like(limbs)
    for value in values[::-1]:
        add(backwards, np.array([value]).view(np.int64))
    assert exact_sum.canonical(limbs).tobytes() == exact_sum.canonical(backwards).tobytes()
