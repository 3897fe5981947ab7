from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import encode_range
from quantengine.observe.collector import stats_of
from quantengine.observe.distribution import Distribution
from quantengine.ranges import scale as descents
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.grid import grids_of
from quantengine.ranges.measured import Bins
from quantengine.ranges.registry import METHODS, choose
from quantengine.ranges.rows import choose_rows
from quantengine.ranges.words import FROM_MAX

POWERS = {"mse": 2.0, "mae": 1.0, "lp": 3.0}
DESCENTS = ("admm", "gradient", "golden")


def error(
    values: np.ndarray, low: float, high: float, spec: RangeSpec, power: float = 2.0
) -> float:
    """The mean error of the encoding that would be exported."""
    encoding = encode_range(low, high, spec.dtype, symmetric=spec.symmetric, narrow=spec.narrow)
    steps = np.rint(values.astype(np.float64) / encoding.scale)
    zero = encoding.zero_point
    real = np.clip(steps, encoding.qmin - zero, encoding.qmax - zero) * encoding.scale
    return float(np.mean(np.abs(values - real) ** power))


def spec_of(bits: int, symmetric: bool) -> RangeSpec:
    return RangeSpec(IntegerType(bits, symmetric), symmetric, narrow=symmetric)


def samples(name: str) -> np.ndarray:
    rng = np.random.default_rng(7)
    made = {
        "normal": rng.normal(0.2, 1, 6000),
        "heavy": rng.standard_t(3, 6000),
        "relu6": np.clip(rng.normal(1, 3, 6000), 0, 6),
        "skewed": rng.exponential(1, 6000) - 0.3,
    }
    return made[name].astype(np.float32)


@pytest.mark.parametrize("name", ["normal", "heavy", "relu6", "skewed"])
@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("method", POWERS)
def test_search_loses_little_against_brute_force(
    name: str, bits: int, symmetric: bool, method: str
) -> None:
    values, spec, power = samples(name), spec_of(bits, symmetric), POWERS[method]
    choice = choose(stats_of(values), spec, method)
    found = error(values, choice.low, choice.high, spec, power)
    low, high = min(values.min(), 0), max(values.max(), 0)
    if symmetric:
        reach = max(-low, high)
        ends = [(-reach * share, reach * share) for share in np.linspace(0.02, 1.1, 300)]
    else:
        lows = np.geomspace(0.03, 1, 24) if low < 0 else [1.0]
        shares = np.geomspace(0.03, 1, 24 if low < 0 else 300)
        ends = [(low * a, high * b) for a in lows for b in shares]
    brute = min(error(values, *pair, spec, power) for pair in ends)
    # Bins 0.8 % wide blur the dents that 6000 values make in the valley of |error|.
    assert 10 * np.log10(found / brute) < (0.05 if method == "mse" else 0.1)


@pytest.mark.parametrize("name", ["normal", "heavy", "relu6", "skewed"])
@pytest.mark.parametrize("bits", [2, 3, 4, 6, 8])
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("method", DESCENTS)
def test_descents_reach_the_brute_force_optimum(
    name: str, bits: int, symmetric: bool, method: str
) -> None:
    values, spec = samples(name), spec_of(bits, symmetric)
    ordered = np.sort(values.astype(np.float64))
    width = 0.02
    left = np.unique(np.floor(ordered / width)) * width
    count = np.histogram(ordered, np.append(left, left[-1] + width))[0].astype(np.float64)
    bins = Distribution(left, left + width, count)
    full = grids_of(np.array([bins.low]), np.array([bins.high]), spec)

    def loss(scales: np.ndarray) -> np.ndarray:
        return Bins(bins).errors(full.rescaled(scales[None]), 2.0)[0]

    ladder = descents.climb(Bins(bins), spec, 65, 160)
    *_, last = getattr(descents, method)(Bins(bins), descents.from_ladder(ladder), 16)
    found = descents.settle(Bins(bins), ladder, last)
    brute = loss(full.scale * np.geomspace(0.004, 1.05, 6000)).min()
    assert loss(found.scale)[0] <= brute * 1.001


def test_error_of_bins_is_the_integral() -> None:
    rng = np.random.default_rng(0)
    left = np.sort(rng.uniform(-3, 3, 12))
    right = np.append(left[1:], left[-1] + 0.5)
    right[[2, 7]] = left[[2, 7]]
    bins = Distribution(left, right, rng.integers(1, 9, 12).astype(np.float64))
    fine = (np.arange(20000) + 0.5) / 20000
    for bits in (2, 4, 8):
        for spec in (spec_of(bits, True), spec_of(bits, False)):
            grids = grids_of(np.array([[-1.7]]), np.array([[2.2]]), spec)
            places = left[:, None] + (right - left)[:, None] * fine
            codes = np.clip(
                np.rint(places / grids.scale), grids.low_step[0, 0], grids.high_step[0, 0]
            )
            for power in (1.0, 2.0, 2.4, 3.0):
                expected = bins.count @ np.mean(np.abs(places - codes * grids.scale) ** power, 1)
                assert Bins(bins).errors(grids, power)[0, 0] == pytest.approx(expected, rel=1e-5)
            flat = grids_of(np.array([-1.7]), np.array([2.2]), spec)
            product, square = Bins(bins).products(flat)[:, 0]
            assert product == pytest.approx(bins.count @ np.mean(codes * places, 1), rel=1e-4)
            assert square == pytest.approx(bins.count @ np.mean(codes**2, 1), rel=1e-4)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_admm_is_a_fixed_point_of_its_two_steps(bits: int) -> None:
    values, spec = samples("heavy"), spec_of(bits, True)
    choice = choose(stats_of(values[:1000]), spec, "admm", {"iterations": 500})
    reach = 2 ** (bits - 1) - 1
    scale = choice.high / reach
    codes = np.clip(np.rint(values[:1000] / scale), -reach, reach)
    assert codes @ values[:1000] / (codes @ codes) == pytest.approx(scale, rel=2e-3)


@pytest.mark.parametrize("method", DESCENTS)
def test_descents_from_the_full_range_are_the_textbook(method: str) -> None:
    """Each loss is that of numpy on the values; 4 bits, symmetric, beginning at max|x| / 7."""
    values, spec = samples("heavy")[:1000].astype(np.float64), spec_of(4, True)
    choice = choose(stats_of(values), spec, method, {"iterations": 9, "start": FROM_MAX})
    path = [np.abs(values).max() / 7]
    if method == "admm":
        for _ in range(9):
            codes = np.clip(np.rint(values / path[-1]), -7, 7)
            path.append(codes @ values / (codes @ codes))
    assert choice.descent is not None
    scales = choice.descent.threshold / 7
    assert scales[0] == pytest.approx(path[0], rel=1e-6)
    if method == "admm":
        np.testing.assert_allclose(scales, path[: scales.size], rtol=1e-6)
    losses = [np.mean((np.clip(np.rint(values / s), -7, 7) * s - values) ** 2) for s in scales]
    np.testing.assert_allclose(choice.descent.loss, losses, rtol=1e-6)
    assert choice.high == pytest.approx(7 * scales[-1], rel=1e-6)
    assert losses[-1] < losses[0]
    usual = choose(stats_of(values), spec, method)
    assert usual.descent is not None
    assert usual.descent.loss[-1] <= usual.descent.loss[0] * (1 + 1e-9) < losses[1]


def test_weights_descend_from_the_full_range_too() -> None:
    values, spec = samples("heavy")[:600].reshape(3, 200), spec_of(4, True)
    settings = {"iterations": 9.0, "start": float(FROM_MAX)}
    for method in DESCENTS:
        low, high = choose_rows(values, spec, method, settings)
        alone = [choose(stats_of(row), spec, method, settings) for row in values]
        np.testing.assert_allclose(high, [choice.high for choice in alone], rtol=1e-3)
        np.testing.assert_allclose(low, [choice.low for choice in alone], rtol=1e-3)


def test_pixels_fall_on_codes() -> None:
    pixels = np.repeat(np.arange(256), np.arange(256) % 7 + 1)
    values = (pixels / 255).astype(np.float32)
    choice = choose(stats_of(values), spec_of(8, False), "mse")
    assert (choice.low, choice.high) == (0.0, pytest.approx(1.0))
    assert error(values, choice.low, choice.high, spec_of(8, False)) < 1e-14


arrays = hnp.arrays(
    np.float32,
    st.integers(1, 200),
    elements=st.floats(-1e4, 1e4, width=32, allow_subnormal=False),
)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(arrays, st.integers(2, 10), st.booleans(), st.sampled_from(sorted(POWERS)))
def test_least_error_is_never_worse_than_minmax(
    values: np.ndarray, bits: int, symmetric: bool, method: str
) -> None:
    spec, power = spec_of(bits, symmetric), POWERS[method]
    stats = stats_of(values)
    choice, full = choose(stats, spec, method), choose(stats, spec, "minmax")
    limit = error(values, full.low, full.high, spec, power)
    assert error(values, choice.low, choice.high, spec, power) <= limit * (1 + 1e-6) + 1e-12


@quick
@given(arrays, st.integers(2, 8), st.booleans(), st.sampled_from(sorted(METHODS)))
def test_every_range_contains_zero(
    values: np.ndarray, bits: int, symmetric: bool, method: str
) -> None:
    if METHODS[method].needs != "values":
        return
    choice = choose(stats_of(values), spec_of(bits, symmetric), method)
    assert choice.low <= 0 <= choice.high


@quick
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.001953125, 0.5, 8.0, 4096.0]),
    st.integers(3, 8),
    st.booleans(),
    st.sampled_from([name for name, method in METHODS.items() if method.needs == "values"]),
)
def test_range_scales_with_the_values(
    seed: int, factor: float, bits: int, symmetric: bool, method: str
) -> None:
    values = np.random.default_rng(seed).normal(0.5, 1, 3000).astype(np.float32)
    spec = spec_of(bits, symmetric)
    one = choose(stats_of(values), spec, method)
    other = choose(stats_of(values * np.float32(factor)), spec, method)
    assert other.low == pytest.approx(one.low * factor, rel=1e-3)
    assert other.high == pytest.approx(one.high * factor, rel=1e-3)
