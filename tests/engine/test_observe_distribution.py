from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quantengine.formats.dtype import INT8, UINT8, IntegerType
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.formats.metrics import Difference
from quantengine.observe.collector import stats_of
from quantengine.observe.distribution import Distribution, quantization_noise, sqnr_db


def raw_difference(values: np.ndarray, encoding: Encoding) -> Difference:
    difference = Difference()
    difference.add(values, encoding.fake_quantize(values))
    return difference


def bins(*rows: tuple[float, float, float]) -> Distribution:
    return Distribution(*np.array(rows, np.float64).T)


def test_exact_distribution_drops_what_is_not_finite() -> None:
    values = Distribution.of_values([2.0, np.nan, -1.0, 2.0, np.inf, -np.inf])
    assert values.left.tolist() == values.right.tolist() == [-1.0, 2.0]
    assert values.count.tolist() == [1.0, 2.0]
    assert (values.low, values.high, values.total, values.mean) == (-1.0, 2.0, 3.0, 1.0)
    assert values.variance == 2.0


def test_empty_distribution_has_no_range_and_no_ratio() -> None:
    values = Distribution.of_values([np.nan])
    assert np.isnan([values.low, values.high, values.mean, values.variance]).all()
    assert quantization_noise(values, 0.1, 0, -128, 127) == (0.0, 0.0, 0.0)
    assert np.isnan(sqnr_db(values, encode_range(-1, 1, INT8, symmetric=True)))


@given(
    arrays(np.float32, st.integers(1, 60), elements=st.floats(-9, 9, width=32)),
    st.floats(-8, -0.125),
    st.floats(0.125, 8),
    st.integers(2, 16),
)
def test_spikes_have_the_noise_of_their_values(
    values: np.ndarray, low: float, high: float, bits: int
) -> None:
    encoding = encode_range(low, high, IntegerType(bits, False), symmetric=False)
    raw = raw_difference(values, encoding)
    noise, signal, _ = quantization_noise(
        Distribution.of_values(values),
        float(encoding.scale),
        float(encoding.zero_point),
        encoding.qmin,
        encoding.qmax,
    )
    assert signal == pytest.approx(raw.signal, rel=1e-12)
    # The raw values go through float32, so that each error may be off by some of its last bits.
    last_bits = 5e-7 * float(np.max(np.abs(values)) + encoding.scale) * np.sqrt(values.size)
    assert np.sqrt(noise) == pytest.approx(np.sqrt(raw.noise), rel=1e-3, abs=last_bits)


@pytest.mark.parametrize(
    ("left", "right"),
    [(0.01, 0.02), (0.3, 0.9), (-0.7, 3.3), (-5.0, -4.2), (3.9, 9.0), (2.0, 2.0 + 1e-9)],
)
def test_a_bin_has_the_noise_of_values_spread_evenly_over_it(left: float, right: float) -> None:
    low, scale, zero, top = -4.0, 0.5, 8.0, 15
    places = left + (right - left) * (np.arange(400_000) + 0.5) / 400_000
    codes = np.clip(np.rint(places / scale) + zero, 0, top)
    noise, signal, clipped = quantization_noise(bins((left, right, 7)), scale, zero, 0, top)
    assert noise == pytest.approx(7 * np.mean((places - (codes - zero) * scale) ** 2), rel=1e-6)
    assert signal == pytest.approx(7 * np.mean(places**2), rel=1e-6)
    outside = (places < low - scale / 2) | (places > (top - zero + 0.5) * scale)
    assert clipped == pytest.approx(7 * outside.mean(), abs=1e-4)


def test_clipped_count_is_of_clamped_codes_only() -> None:
    values = Distribution.of_values(np.array([1.0, 1.04, 1.06, -0.04, -0.06, 3.0]))
    assert quantization_noise(values, 0.1, 0, 0, 10)[2] == 3.0


def test_values_on_the_grid_are_kept_exactly() -> None:
    pixels = np.arange(256, dtype=np.float32)
    stats = stats_of(pixels)
    assert stats.histogram.exact
    assert sqnr_db(stats.distribution, encode_range(0, 255, UINT8, symmetric=False)) == np.inf


@pytest.mark.parametrize(("bits", "tolerance_db"), [(2, 0.1), (4, 0.1), (8, 0.1), (16, 0.3)])
@pytest.mark.parametrize(
    "kind", ["normal", "relu6", "student", "cauchy", "shifted", "tiny", "wide"]
)
def test_histogram_predicts_the_ratio_of_raw_values(
    kind: str, bits: int, tolerance_db: float
) -> None:
    draw = np.random.default_rng(7)
    values = {
        "normal": lambda: draw.normal(size=40_000),
        "relu6": lambda: np.clip(draw.normal(2, 3, 40_000), 0, 6),
        "student": lambda: draw.standard_t(3, 40_000),
        "cauchy": lambda: draw.standard_cauchy(40_000),
        "shifted": lambda: draw.normal(100, 5, 40_000),
        "tiny": lambda: draw.normal(size=40_000) * 1e-20,
        "wide": lambda: np.exp(draw.normal(0, 6, 40_000)),
    }[kind]().astype(np.float32)
    stats = stats_of(values)
    assert not stats.histogram.exact
    encoding = encode_range(stats.low, stats.high, IntegerType(bits, False), symmetric=False)
    raw = raw_difference(values, encoding).sqnr_db
    assert sqnr_db(stats.distribution, encoding) == pytest.approx(raw, abs=tolerance_db)
