from __future__ import annotations

import numpy as np
import pytest

from quantengine.errors import PlanError
from quantengine.formats.dtype import INT8, UINT8, IntegerType
from quantengine.formats.encoding import encode_range
from quantengine.formats.granularity import InBlocks, PerBlock
from quantengine.observe.collector import stats_of
from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.registry import METHODS, choose
from quantengine.ranges.rows import choose_rows
from quantengine.resolve.weights import encoded_weight

SYMMETRIC, ASYMMETRIC = RangeSpec(INT8, True, narrow=True), RangeSpec(UINT8, False)
FOR_ROWS = [name for name, method in METHODS.items() if method.for_weights]
SEARCHES = ["mse", "mae", "lp", "admm", "gradient", "golden"]
POWERS = {"mae": 1.0, "lp": 3.0}
UINT4_GRID = RangeSpec(IntegerType(4, False), False)


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    rng = np.random.default_rng(11)
    return (rng.normal(size=(24, 300)) * rng.uniform(0.01, 10, (24, 1))).astype(np.float32)


def errors(
    matrix: np.ndarray, low: np.ndarray, high: np.ndarray, spec: RangeSpec, power: float
) -> np.ndarray:
    encoding = encode_range(low, high, spec.dtype, symmetric=spec.symmetric, narrow=spec.narrow)
    scale, zero = encoding.scale[:, None].astype(np.float64), encoding.zero_point[:, None]
    steps = np.clip(np.rint(matrix / scale), encoding.qmin - zero, encoding.qmax - zero)
    return np.sum(np.abs(matrix - steps * scale) ** power, axis=1)


def test_simple_methods_are_the_row_statistics(matrix: np.ndarray) -> None:
    low, high = choose_rows(matrix, SYMMETRIC, "minmax")
    np.testing.assert_array_equal(low, matrix.min(1))
    np.testing.assert_array_equal(high, matrix.max(1))
    low, high = choose_rows(matrix, SYMMETRIC, "percentile", {"p": 0.99})
    np.testing.assert_array_equal(low, np.sort(matrix)[:, 2])
    np.testing.assert_array_equal(high, np.sort(matrix)[:, -3])
    low, high = choose_rows(matrix, SYMMETRIC, "mean_std", {"k": 2})
    np.testing.assert_allclose(low, matrix.mean(1) - 2 * matrix.std(1), rtol=1e-4)
    np.testing.assert_allclose(high, matrix.mean(1) + 2 * matrix.std(1), rtol=1e-4)


@pytest.mark.parametrize("method", SEARCHES)
@pytest.mark.parametrize("bits", [2, 4, 8])
def test_searches_are_near_brute_force(matrix: np.ndarray, method: str, bits: int) -> None:
    spec, power = RangeSpec(IntegerType(bits, True), True, narrow=True), POWERS.get(method, 2.0)
    found = errors(matrix, *choose_rows(matrix, spec, method), spec, power)
    reach = np.abs(matrix).max(1)
    brute = np.min(
        [errors(matrix, -reach * s, reach * s, spec, power) for s in np.linspace(0.1, 1, 400)], 0
    )
    full = errors(matrix, -reach, reach, spec, power)
    assert np.all(found <= full * (1 + 1e-5))
    # 300 values make an uneven valley: single rows may miss its lowest dent.
    assert np.mean(found / brute) < 1.02
    assert np.max(found / brute) < 1.12


@pytest.mark.parametrize("method", SEARCHES)
def test_asymmetric_rows_use_both_ends(matrix: np.ndarray, method: str) -> None:
    shifted = np.abs(matrix) - 0.1 * np.abs(matrix).max(1, keepdims=True)
    spec, power = RangeSpec(IntegerType(4, False), False), POWERS.get(method, 2.0)
    found = errors(shifted, *choose_rows(shifted, spec, method), spec, power)
    full = errors(shifted, shifted.min(1), shifted.max(1), spec, power)
    assert np.all(found <= full * (1 + 1e-5))
    assert np.mean(found) < 0.9 * np.mean(full)


@pytest.mark.parametrize("method", SEARCHES)
@pytest.mark.parametrize("spec", [SYMMETRIC, ASYMMETRIC, RangeSpec(IntegerType(3, True), True)])
def test_rows_agree_with_the_tensor_method(
    matrix: np.ndarray, method: str, spec: RangeSpec
) -> None:
    power = POWERS.get(method, 2.0)
    by_row = errors(matrix[:6], *choose_rows(matrix[:6], spec, method), spec, power)
    alone = [choose(stats_of(row), spec, method) for row in matrix[:6]]
    low, high = np.array([c.low for c in alone]), np.array([c.high for c in alone])
    one_by_one = errors(matrix[:6], low, high, spec, power)
    assert np.mean(by_row / one_by_one) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("method", FOR_ROWS)
def test_rows_of_any_length_stand_alone(matrix: np.ndarray, method: str) -> None:
    lengths = [300, 9, 1, 300, 17, 0, 250]
    groups = [matrix[i, :n] for i, n in enumerate(lengths)]
    low, high = choose_rows(groups, SYMMETRIC, method)
    assert (low[5], high[5]) == (0, 0)
    for i, group in enumerate(groups):
        alone = choose_rows([group], SYMMETRIC, method)
        assert (alone[0][0], alone[1][0]) == pytest.approx((low[i], high[i]), rel=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", FOR_ROWS)
@pytest.mark.parametrize("spec", [SYMMETRIC, ASYMMETRIC])
def test_odd_rows_get_usable_ranges(method: str, spec: RangeSpec) -> None:
    rows = np.zeros((9, 6), np.float32)
    rows[1] = 3
    rows[2] = [1, 2, 3, 4, 5, 6]
    rows[3] = [np.nan, np.inf, -np.inf, 1, -2, 0.5]
    rows[4] = np.nan
    rows[5] = 1e-44
    rows[6] = [-3e38, 3e38, 1, 2, 3, 4]
    rows[7] = [1e-38, -3e-38, 2e-38, 0, 0, 1e-38]
    rows[8, 0] = -1
    low, high = choose_rows(rows, spec, method)
    assert np.isfinite(low).all()
    assert np.isfinite(high).all()
    assert np.all((low <= 0) & (high >= 0))
    assert (low[4], high[4]) == (0, 0)
    low, high = choose_rows(np.zeros((0, 5), np.float32), spec, method)
    assert low.shape == high.shape == (0,)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int8, np.int64])
def test_rows_of_any_number_type(dtype: type) -> None:
    rows = np.array([[1, -2, 3], [4, 5, -6]], dtype)
    low, high = choose_rows(rows, SYMMETRIC, "minmax")
    np.testing.assert_array_equal(low, [-2, -6])
    np.testing.assert_array_equal(high, [3, 5])


def test_long_rows_lose_no_precision() -> None:
    row = np.random.default_rng(0).normal(size=(1, 300_000)).astype(np.float32)
    low, high = choose_rows(row, SYMMETRIC, "mse")
    reach = float(np.abs(row).max())
    brute = min(
        errors(row, np.array([-reach * s]), np.array([reach * s]), SYMMETRIC, 2.0)[0]
        for s in np.linspace(0.6, 1.0, 21)
    )
    assert errors(row, low, high, SYMMETRIC, 2.0)[0] < brute * 1.002


@pytest.mark.parametrize("method", ["kl", "entropy", "cross_entropy", "batchnorm"])
def test_methods_for_activations_say_so(matrix: np.ndarray, method: str) -> None:
    with pytest.raises(PlanError, match=rf"'{method}' is for activations .* choose minmax, perc"):
        choose_rows(matrix, SYMMETRIC, method)


def test_half_quadratic_keeps_most_values_near_their_code() -> None:
    draw = np.random.default_rng(0)
    groups = draw.normal(size=(40, 256)).astype(np.float32)
    groups[:, 0] *= 12.0
    for spec in (RangeSpec(IntegerType(4, True), True, narrow=True), UINT4_GRID):
        full = errors(groups, groups.min(1), groups.max(1), spec, 0.7)
        found = errors(groups, *choose_rows(groups, spec, "hqq"), spec, 0.7)
        assert np.all(found <= full * (1 + 1e-6))
        assert np.mean(found) < 0.9 * np.mean(full)
        alone = [choose(stats_of(row), spec, "hqq") for row in groups[:4]]
        ends = np.array([[one.low, one.high] for one in alone])
        assert np.allclose(ends.T, choose_rows(groups[:4], spec, "hqq"), rtol=0.02)
    assert not np.any(choose_rows(np.zeros((1, 8), np.float32), SYMMETRIC, "hqq"))


def test_the_larger_side_may_have_one_step_more() -> None:
    """No worse than what onnxruntime's weight-only quantizer does: scale = farthest / -8."""
    groups = np.random.default_rng(0).normal(size=(200, 32)).astype(np.float32)
    farthest = groups[np.arange(200), np.abs(groups).argmax(1)][:, None]
    steps = np.clip(np.rint(groups / (farthest / -8)), -8, 7)
    theirs = np.square(groups - steps * farthest / -8).sum(1)
    plan = TensorPlan("int4", symmetric=True, granularity=InBlocks(32), method="lopsided")
    found = encoded_weight(groups, plan, PerBlock(1, 32))
    ours = np.square(groups - found.fake_quantize(groups)).sum(1)
    assert set(np.unique(found.zero_point)) == {-1, 0}
    assert np.all(ours <= theirs * (1 + 1e-4))
    assert ours.sum() < 0.95 * theirs.sum()
    symmetric = RangeSpec(IntegerType(4, True), True, narrow=True)
    low, high = choose_rows(groups, symmetric, "lopsided")
    assert np.all(np.maximum(-low, high) <= np.abs(groups).max(1))
