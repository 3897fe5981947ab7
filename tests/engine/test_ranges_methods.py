from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.errors import PlanError
from quantengine.finetune.settings import METHODS as TRAINING
from quantengine.formats.dtype import INT4, INT8, UINT8, IntegerType
from quantengine.formats.encoding import encode_range
from quantengine.observe.collector import stats_of
from quantengine.observe.distribution import Distribution
from quantengine.observe.statistics import TensorStats, merge
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.extremes import WITHIN_A_BIN, smallest
from quantengine.ranges.logits import cross_entropy
from quantengine.ranges.registry import METHODS, choose
from quantengine.recover.steps import STEPS

ASYMMETRIC, SYMMETRIC = RangeSpec(UINT8, False), RangeSpec(INT8, True, narrow=True)
NEEDY = tuple(name for name, method in METHODS.items() if method.needs != "values")
SEARCHES = ("kl", "symmetric_kl", "js", "entropy", "mse", "mae", "lp", "admm", "gradient", "golden")


def seen(values: object) -> TensorStats:
    return stats_of(np.asarray(values))


@pytest.fixture(scope="module")
def normal() -> TensorStats:
    return seen(np.random.default_rng(1).normal(0.3, 1, (4, 5000)).astype(np.float32))


def test_minmax_is_the_extremes(normal: TensorStats) -> None:
    values = np.random.default_rng(1).normal(0.3, 1, (4, 5000)).astype(np.float32)
    choice = choose(normal, ASYMMETRIC, "minmax")
    assert (choice.low, choice.high) == (values.min(), values.max())


def test_range_of_positive_values_starts_at_zero() -> None:
    choice = choose(seen([2.0, 3.0, 5.0]), ASYMMETRIC, "minmax")
    assert (choice.low, choice.high) == (0.0, 5.0)


def test_moving_average_is_the_recurrence(normal: TensorStats) -> None:
    ranges = np.array([[-1, 2], [-3, 1], [np.nan, np.nan], [-2, 3]], np.float32)
    choice = choose(replace(normal, sample_ranges=ranges), ASYMMETRIC, "moving_average", {"c": 0.8})
    low, high = -1.0, 2.0
    for next_low, next_high in ((-3, 1), (-2, 3)):
        low, high = 0.8 * low + 0.2 * next_low, 0.8 * high + 0.2 * next_high
    assert choice.low == pytest.approx(low)
    assert choice.high == pytest.approx(high)


@pytest.mark.parametrize("share", [0.9, 0.99, 0.9975, 0.9999])
def test_percentile_is_the_kth_value(share: float) -> None:
    values = np.random.default_rng(2).normal(size=900).astype(np.float32)
    k = max(1, round(900 * (1 - share)))
    choice = choose(seen(values), ASYMMETRIC, "percentile", {"p": share})
    ordered = np.sort(values)
    assert (choice.low, choice.high) == (ordered[k - 1], ordered[-k])


def test_percentile_of_bins_is_near_the_quantile(normal: TensorStats) -> None:
    values = np.random.default_rng(1).normal(0.3, 1, (4, 5000)).astype(np.float32)
    choice = choose(normal, ASYMMETRIC, "percentile", {"p": 0.99})
    assert choice.low == pytest.approx(np.quantile(values, 0.01), rel=0.01)
    assert choice.high == pytest.approx(np.quantile(values, 0.99), rel=0.01)


def test_percentile_takes_each_side_apart(normal: TensorStats) -> None:
    both = choose(normal, ASYMMETRIC, "percentile", {"p": 0.9})
    apart = choose(normal, ASYMMETRIC, "percentile", {"p": 1.0, "p_low": 0.9})
    full = choose(normal, ASYMMETRIC, "minmax")
    assert apart.low == both.low > full.low
    assert apart.high == full.high > both.high


def test_percentile_spreads_the_values_of_a_bin_evenly() -> None:
    bin_ = Distribution(np.array([0.0, 1.0]), np.array([1.0, 2.0]), np.array([10.0, 90.0]))
    low, high = smallest(bin_, 5, np.array([0.5])), smallest(bin_, 91, np.array([]))
    assert (low.value, low.exact) == (pytest.approx(0.45), False)
    assert (high.value, high.exact) == (pytest.approx(1 + 80.5 / 90), False)


def test_percentile_is_the_kth_value_where_samples_tell_all_of_its_bin() -> None:
    """The five largest of all are those of five samples, two of them in one bin."""
    samples = np.random.default_rng(3).normal(0, 1, (40, 200)).astype(np.float32)
    samples[10:15, 1] = [9.0, 8.01, 8.0, 7.49, 7.0]
    samples[:5, 0] = [-11.0, -10.5, -10.01, -10.0, -9.99]
    parts = [stats_of(sample) for sample in samples]
    whole = parts[0]
    for part in parts[1:]:
        whole = merge(whole, part)
    ordered = np.sort(samples.reshape(-1))
    for k in (1, 2, 3, 4, 5):
        choice = choose(whole, ASYMMETRIC, "percentile", {"p": 1 - k / ordered.size})
        assert (choice.low, choice.high) == (ordered[k - 1], ordered[-k])
        assert choice.note is None
    inner = choose(whole, ASYMMETRIC, "percentile", {"p": 0.9})
    assert inner.note == WITHIN_A_BIN
    assert inner.low == pytest.approx(ordered[799], rel=0.002)


def test_mean_std_stays_within_what_was_seen(normal: TensorStats) -> None:
    values = np.random.default_rng(1).normal(0.3, 1, (4, 5000)).astype(np.float32)
    narrow = choose(normal, ASYMMETRIC, "mean_std", {"k": 2})
    assert narrow.low == pytest.approx(values.mean() - 2 * values.std(), rel=1e-4)
    assert narrow.high == pytest.approx(values.mean() + 2 * values.std(), rel=1e-4)
    wide = choose(normal, ASYMMETRIC, "mean_std", {"k": 50})
    assert (wide.low, wide.high) == (values.min(), values.max())


def test_batchnorm_needs_no_data(normal: TensorStats) -> None:
    gamma, beta = np.array([1.0, -0.5]), np.array([0.25, 4.0])
    known = replace(normal, batch_norm=(gamma, beta))
    choice = choose(known, ASYMMETRIC, "batchnorm", {"alpha": 3})
    assert (choice.low, choice.high) == (0.25 - 3.0, 4.0 + 1.5)
    with pytest.raises(PlanError, match="which no batch norm"):
        choose(normal, ASYMMETRIC, "batchnorm")


def test_cross_entropy_keeps_the_classes_best() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(16, 20)).astype(np.float32)
    rows[:, 0] += 9
    rows[3, 4] = -40
    stats = replace(seen(rows), kept_rows=tuple(enumerate(rows)))
    spec = RangeSpec(IntegerType(3, False), False)
    choice = choose(stats, spec, "cross_entropy")
    assert choice.curve is not None

    def loss(share: float) -> float:
        low, high = rows.min() * share, rows.max() * share
        quantized = encode_range(low, high, spec.dtype, symmetric=False).fake_quantize(rows)
        target = np.exp(rows) / np.exp(rows).sum(1, keepdims=True)
        likely = np.exp(quantized.astype(float))
        return float(-np.mean((target * np.log(likely / likely.sum(1, keepdims=True))).sum(1)))

    brute = min(loss(share) for share in np.linspace(0.1, 1.0, 91))
    assert loss(choice.high / rows.max()) <= brute * 1.005
    assert loss(choice.high / rows.max()) < loss(1.0)
    assert np.min(choice.curve.objective) == pytest.approx(loss(choice.high / rows.max()), rel=1e-4)


def test_cross_entropy_needs_rows(normal: TensorStats) -> None:
    without = replace(normal, kept_rows=())
    with pytest.raises(PlanError, match="rows were not kept"):
        cross_entropy(without, ASYMMETRIC, {})


def test_the_page_of_methods_has_every_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in (*METHODS, *STEPS, *TRAINING))


@pytest.mark.parametrize("method", SEARCHES)
@pytest.mark.parametrize("spec", [ASYMMETRIC, SYMMETRIC, RangeSpec(INT4, False)])
def test_search_shows_its_curve(normal: TensorStats, method: str, spec: RangeSpec) -> None:
    curve = choose(normal, spec, method).curve
    assert curve is not None
    assert curve.threshold.shape == curve.objective.shape
    assert curve.threshold.size > 10
    assert np.all(np.diff(curve.threshold) > 0)
    assert np.all(np.isfinite(curve.objective))
    assert curve.label


def test_search_with_one_candidate_says_so(normal: TensorStats) -> None:
    single = {"search_start_scale": 1.0, "search_end_scale": 1.0}
    assert "single candidate" in (choose(normal, ASYMMETRIC, "kl", single).note or "")
    assert "single candidate" in (choose(normal, ASYMMETRIC, "entropy", {"bins": 128}).note or "")
    assert choose(normal, ASYMMETRIC, "kl").note is None


def test_unknown_names_are_refused(normal: TensorStats) -> None:
    with pytest.raises(PlanError, match="no range method 'mnimax': choose minmax, "):
        choose(normal, ASYMMETRIC, "mnimax")
    with pytest.raises(PlanError, match="no parameter 'q': it has p, p_low"):
        choose(normal, ASYMMETRIC, "percentile", {"q": 1})
    with pytest.raises(PlanError, match=r"cannot be 1[.]5: choose 0[.]5 to 1"):
        choose(normal, ASYMMETRIC, "percentile", {"p": 1.5})
    with pytest.raises(PlanError, match="cannot be nan"):
        choose(normal, ASYMMETRIC, "percentile", {"p": float("nan")})


ODD = {
    "constant": np.full(50, 2.5, np.float32),
    "zeros": np.zeros(50, np.float32),
    "empty": np.zeros(0, np.float32),
    "one-sided": np.linspace(1, 9, 3000, dtype=np.float32),
    "negative": np.linspace(-9, -1, 3000, dtype=np.float32),
    "tiny": np.linspace(-1e-38, 3e-38, 2000, dtype=np.float32),
    "denormal": np.array([1e-45, 5e-44, -3e-44], np.float32),
    "huge": np.linspace(-1e29, 9e29, 2000, dtype=np.float32),
    "nan and inf": np.array([np.nan, np.inf, -np.inf, 1.0, -2.0, 0.5], np.float32),
    "only nan": np.full(4, np.nan, np.float32),
    "integers": np.arange(-20, 100),
    "float64": np.random.default_rng(0).normal(size=300),
    "two values": np.array([0.0, 1.0], np.float32),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("method", [method for method in METHODS if method not in NEEDY])
@pytest.mark.parametrize("bits", [2, 8, 16])
def test_odd_tensors_get_a_usable_range(name: str, method: str, bits: int) -> None:
    values = ODD[name]
    stats = seen(values)
    for spec in (
        RangeSpec(IntegerType(bits, False), False),
        RangeSpec(IntegerType(bits, True), True, narrow=True),
    ):
        choice = choose(stats, spec, method)
        assert np.isfinite([choice.low, choice.high]).all()
        assert choice.low <= 0 <= choice.high
        encoding = encode_range(choice.low, choice.high, spec.dtype, symmetric=spec.symmetric)
        assert np.isfinite(encoding.scale)
        assert encoding.fake_quantize(0.0) == 0


def test_constant_and_empty_tensors_are_named() -> None:
    constant = choose(seen(ODD["constant"]), ASYMMETRIC, "mse")
    assert (constant.low, constant.high) == (0.0, 2.5)
    assert constant.note == "Every value is the same."
    assert "No values" in (choose(seen(ODD["empty"]), ASYMMETRIC, "kl").note or "")
