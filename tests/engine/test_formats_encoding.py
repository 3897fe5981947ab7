"""What every encoding of every range must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.formats.granularity import PerAxis

widths = st.builds(IntegerType, st.integers(2, 16), st.booleans())
bounds = st.floats(-(2.0**99), 2.0**99, width=32)
any_bounds = st.floats(width=32)
usable = st.floats(2**-80, 2**80, width=32)


@st.composite
def encodings(draw: st.DrawFn) -> Encoding:
    low, high = sorted((draw(bounds), draw(bounds)))
    symmetric = draw(st.booleans())
    return encode_range(low, high, draw(widths), symmetric=symmetric, narrow=draw(st.booleans()))


def reals(encoding: Encoding) -> st.SearchStrategy[np.ndarray]:
    reach = float(encoding.high - encoding.low) * 2
    span = st.floats(-reach, reach)
    return hnp.arrays(np.float64, st.integers(0, 20), elements=span).map(
        lambda values: values.astype(np.float32)
    )


@given(encodings())
def test_zero_survives_exactly(encoding):
    assert encoding.fake_quantize(0.0) == 0.0
    assert encoding.quantize(0.0) == encoding.zero_point


@given(st.data(), encodings())
def test_quantize_is_monotone(data, encoding):
    real = np.sort(data.draw(reals(encoding)))
    codes = encoding.quantize(real).astype(np.int64)
    assert np.all(np.diff(codes) >= 0)
    assert np.all((codes >= encoding.qmin) & (codes <= encoding.qmax))


@given(st.data(), encodings())
def test_fake_quantize_is_idempotent(data, encoding):
    once = encoding.fake_quantize(data.draw(reals(encoding)))
    np.testing.assert_array_equal(encoding.fake_quantize(once), once)


@given(st.data(), encodings())
def test_error_inside_the_range_is_at_most_half_a_step(data, encoding):
    real = data.draw(reals(encoding)).astype(np.float64)
    inside = real[(real >= encoding.low) & (real <= encoding.high)]
    # float32 rounds real / scale near a tie: one part in 2^24 of 2^16 steps
    half = float(encoding.scale) * (0.5 + 2**-7)
    assert np.all(np.abs(encoding.fake_quantize(inside) - inside) <= half)


@given(widths, st.booleans(), usable, usable, st.sampled_from([(-1, 1), (0, 1), (-1, 0)]))
def test_the_range_is_covered_within_half_a_step(dtype, symmetric, a, b, signs):
    low, high = signs[0] * a, signs[1] * b
    encoding = encode_range(low, high, dtype, symmetric=symmetric)
    half = float(encoding.scale) * (0.5 + 2**-7)
    slack = float(encoding.scale) * 2**-7 if symmetric else half
    assert encoding.low - slack <= low
    assert encoding.high + slack >= high


@given(any_bounds, any_bounds, widths, st.booleans(), st.booleans())
def test_any_range_gives_a_finite_positive_scale(low, high, dtype, symmetric, narrow):
    encoding = encode_range(low, high, dtype, symmetric=symmetric, narrow=narrow)
    assert np.isfinite(encoding.scale)
    assert encoding.scale >= np.finfo(np.float32).tiny
    assert encoding.qmin <= encoding.zero_point <= encoding.qmax
    ends = encoding.dequantize(np.array([encoding.qmin, encoding.qmax]))
    assert np.all(np.isfinite(ends))
    assert encoding.fake_quantize(0.0) == 0.0


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 0), (np.nan, np.nan), (1e-45, 2e-45), (-1e-40, 0), (np.inf, -np.inf), (-3e38, 3e38)],
)
def test_degenerate_ranges(low, high):
    for symmetric in (False, True):
        encoding = encode_range(low, high, IntegerType(8, False), symmetric=symmetric)
        assert np.isfinite(encoding.scale)
        assert encoding.scale > 0
        assert encoding.fake_quantize(0.0) == 0.0


def test_a_range_on_one_side_of_zero_is_widened_to_zero():
    above = encode_range(2.0, 5.1, IntegerType(8, False), symmetric=False)
    assert (above.zero_point, above.low) == (0, 0.0)
    assert above.high == pytest.approx(5.1)
    below = encode_range(-5.1, -2.0, IntegerType(8, False), symmetric=False)
    assert (below.zero_point, below.high) == (255, 0.0)


def test_known_numbers():
    uint8 = encode_range(-1.0, 1.55, IntegerType(8, False), symmetric=False)
    assert uint8.scale == np.float32(0.01)
    assert uint8.zero_point == 100
    assert not uint8.symmetric
    int8 = encode_range(-1.27, 1.0, IntegerType(8, True), symmetric=True)
    assert int8.scale == np.float32(0.01)
    assert int8.zero_point == 0
    middle = encode_range(-1.27, 1.0, IntegerType(8, False), symmetric=True)
    assert middle.zero_point == 128
    assert middle.symmetric


def test_per_axis_ranges_equal_their_tensors_alone():
    low, high = np.array([-1.0, 0.0, -3.0]), np.array([2.0, 0.0, 0.5])
    dtype = IntegerType(8, True)
    together = encode_range(low, high, dtype, symmetric=False, granularity=PerAxis(1))
    real = np.random.default_rng(0).normal(size=(4, 3, 5)).astype(np.float32)
    codes = together.quantize(real)
    for channel in range(3):
        alone = encode_range(low[channel], high[channel], dtype, symmetric=False)
        np.testing.assert_array_equal(codes[:, channel], alone.quantize(real[:, channel]))


def test_one_bit_with_a_sign_has_no_zero():
    encoding = encode_range([-0.5], [0.25], IntegerType(1, True), symmetric=True, narrow=True)
    codes = encoding.quantize([-3.0, -0.1, 0.0, 0.1, 3.0])
    np.testing.assert_array_equal(codes, [-1, -1, -1, 1, 1])
    np.testing.assert_array_equal(encoding.dequantize(codes), [-0.5, -0.5, -0.5, 0.5, 0.5])


@pytest.mark.parametrize("symmetric", [True, False])
def test_one_bit_without_a_sign_keeps_zero_and_the_top(symmetric):
    encoding = encode_range(0.0, 2.0, IntegerType(1, False), symmetric=symmetric, narrow=True)
    np.testing.assert_array_equal(encoding.fake_quantize([-1.0, 0.9, 1.1, 9.0]), [0, 0, 2, 2])
