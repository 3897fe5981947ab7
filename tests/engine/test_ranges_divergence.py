from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy as kl_divergence

from quantengine.formats.dtype import INT8, UINT4, UINT8, IntegerType
from quantengine.observe.collector import stats_of
from quantengine.observe.distribution import Distribution
from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.histogram import cumulative, cumulative_size
from quantengine.ranges.kernels_divergence import FLOOR, merge_divergences
from quantengine.ranges.registry import choose

SYMMETRIC, ASYMMETRIC = RangeSpec(INT8, True, narrow=True), RangeSpec(UINT8, False)


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    return np.random.default_rng(5).normal(0.5, 1, 30000).astype(np.float32)


@pytest.fixture(scope="module")
def stats(values: np.ndarray) -> TensorStats:
    return stats_of(values)


def histograms(
    sizes: np.ndarray, reach: float, threshold: float, steps: int, bins: int
) -> tuple[np.ndarray, np.ndarray]:
    """P and Q from the values themselves: each code's values lie evenly over its cell."""
    edges = np.linspace(0, 2 * reach, bins + 1)
    p = np.histogram(sizes, edges)[0] / sizes.size
    step = threshold / steps
    codes = np.clip(np.rint(sizes / step), 0, steps)
    q = np.zeros(bins)
    for code, count in zip(*np.unique(codes, return_counts=True), strict=True):
        start, end = max(code - 0.5, 0) * step, min(code + 0.5, steps) * step
        inside = np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, None)
        q += count / sizes.size * inside / (end - start)
    return p, q


def smoothed_kl(p: np.ndarray, q: np.ndarray) -> float:
    filled = p > 0
    q = np.maximum(q, FLOOR)
    return float(np.sum(p[filled] * np.log(p[filled] / q[filled])))


@pytest.mark.parametrize("spec", [SYMMETRIC, ASYMMETRIC])
@pytest.mark.parametrize("method", ["kl_wide", "symmetric_kl_wide", "js_wide"])
def test_documented_search_has_exactly_141_candidates(
    stats: TensorStats, spec: RangeSpec, method: str
) -> None:
    curve = choose(stats, spec, method, {"p": 1.0}).curve
    assert curve is not None
    low, high = stats.distribution.low, stats.distribution.high
    ratios = np.array([(30 + i) / 100 for i in range(141)])
    expected = ratios * high if spec.symmetric else low + ratios * (high - low)
    np.testing.assert_allclose(curve.threshold, expected, rtol=1e-12, atol=1e-12)


def test_search_of_the_other_documented_example(stats: TensorStats) -> None:
    asked = {"search_start_scale": 0.8, "search_end_scale": 1.2}
    curve = choose(stats, SYMMETRIC, "kl", asked).curve
    assert curve is not None
    assert curve.threshold.size == 41


def test_search_starts_from_the_percentile(stats: TensorStats) -> None:
    full = choose(stats, SYMMETRIC, "js", {"p": 1.0}).curve
    inner = choose(stats, SYMMETRIC, "js", {"p": 0.99}).curve
    limit = choose(stats, SYMMETRIC, "percentile", {"p": 0.99})
    assert full is not None
    assert inner is not None
    assert inner.threshold[70] == pytest.approx(max(-limit.low, limit.high))
    assert inner.threshold[70] < full.threshold[70]


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("method", ["kl", "symmetric_kl", "js"])
def test_divergence_is_the_one_scipy_has(
    values: np.ndarray, stats: TensorStats, bits: int, symmetric: bool, method: str
) -> None:
    spec = RangeSpec(IntegerType(bits, symmetric), symmetric, narrow=symmetric)
    curve = choose(stats, spec, f"{method}_wide", {"p": 1.0}).curve
    assert curve is not None
    low = values.min()
    sizes = np.abs(values) if symmetric else values - low
    reach = float(sizes.max())
    steps = 2 ** (bits - 1) - 1 if symmetric else 2**bits - 1
    for candidate in (10, 40, 70, 120):
        ratio = 0.3 + 0.01 * candidate
        p, q = histograms(sizes, reach, ratio * reach, steps, 150)
        if method == "js":
            expected = float(jensenshannon(p, q)) ** 2
        elif method == "kl":
            expected = smoothed_kl(p, q)
        else:
            expected = (smoothed_kl(p, q) + smoothed_kl(q, p)) / 2
        assert curve.objective[candidate] == pytest.approx(expected, rel=0.05, abs=4e-3)


def test_choice_is_the_least_candidate(stats: TensorStats) -> None:
    for method in ("kl", "symmetric_kl", "js", "entropy"):
        choice = choose(stats, SYMMETRIC, method)
        assert choice.curve is not None
        assert choice.high == choice.curve.threshold[np.argmin(choice.curve.objective)]
        assert choice.low == -choice.high


@pytest.mark.parametrize("method", ["kl", "symmetric_kl", "js"])
def test_a_range_is_never_wider_than_the_values(method: str) -> None:
    values = np.random.default_rng(7).laplace(size=200_000).astype(np.float32)
    found, wide = (choose(stats_of(values), SYMMETRIC, name) for name in (method, f"{method}_wide"))
    assert found.high < 0.9 * np.abs(values).max()
    assert found.high < wide.high
    least = choose(stats_of(values), SYMMETRIC, "minmax")

    def lost(high: float) -> float:
        rounded = SYMMETRIC.encode(-high, high).fake_quantize(values)
        return float(np.mean(np.square(values - rounded)))

    assert lost(found.high) < min(lost(wide.high), lost(least.high))


def test_clipping_pays_at_few_bits(stats: TensorStats) -> None:
    wide = choose(stats, ASYMMETRIC, "js")
    few = choose(stats, RangeSpec(UINT4, False), "js")
    assert few.high < wide.high


def plain_entropy(counts: np.ndarray, size: int, levels: int) -> float:
    """The search as its authors state it, bin by bin."""
    p = counts[:size].copy()
    p[-1] += counts[size:].sum()
    q = np.zeros(size)
    parts = min(levels, size)
    for part in range(parts):
        where = slice(part * size // parts, (part + 1) * size // parts)
        filled = counts[where] > 0
        if filled.any():
            q[where][filled] = counts[where].sum() / filled.sum()
    q = np.maximum(q / q.sum(), FLOOR * (p > 0))
    p /= p.sum()
    return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))


@pytest.mark.parametrize("levels", [2, 8, 128, 4096])
def test_entropy_is_the_plain_loop(levels: int) -> None:
    rng = np.random.default_rng(0)
    counts = np.histogram(np.abs(rng.standard_t(3, 4000)), 512)[0].astype(np.float64)
    used = np.array([128, 129, 200, 333, 511, 512])
    found = merge_divergences(counts / counts.sum(), used, levels)
    expected = [plain_entropy(counts, int(size), levels) for size in used]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_entropy_without_outliers_is_the_scipy_divergence() -> None:
    counts = np.random.default_rng(1).integers(1, 50, 256).astype(np.float64)
    level = counts.reshape(16, 16).mean(axis=1).repeat(16)
    found = merge_divergences(counts / counts.sum(), np.array([256]), 16)[0]
    assert found == pytest.approx(kl_divergence(counts, level))


def test_entropy_tries_every_bin_from_128_up(stats: TensorStats) -> None:
    curve = choose(stats, ASYMMETRIC, "entropy").curve
    assert curve is not None
    assert curve.threshold.size == 2048 - 128 + 1
    reach = max(-stats.distribution.low, stats.distribution.high)
    np.testing.assert_allclose(curve.threshold[[0, -1]], [reach / 16, reach])


def test_entropy_ignores_exact_zeros(values: np.ndarray) -> None:
    positive = np.abs(values)
    sparse = np.concatenate([positive, np.zeros(100000, np.float32)])
    dense = choose(stats_of(positive), ASYMMETRIC, "entropy")
    assert choose(stats_of(sparse), ASYMMETRIC, "entropy").high == pytest.approx(
        dense.high, rel=1e-6
    )


def test_cumulative_counts_values_and_shares_bins() -> None:
    mixed = Distribution(
        np.array([-2.0, 0.0, 1.0, 3.0]), np.array([-1.0, 0.0, 2.0, 3.0]), np.array([4.0, 2, 6, 1])
    )
    at = np.array([-3, -2, -1.5, -1, -0.5, 0, 1.25, 2.5, 3, 9])
    np.testing.assert_allclose(cumulative(mixed, at), [0, 0, 2, 4, 4, 6, 7.5, 12, 13, 13])
    sizes = cumulative_size(mixed, np.array([0.0, 1.0, 1.5, 2.0, 3.0]))
    np.testing.assert_allclose(sizes, [2, 2, 7, 12, 13])
