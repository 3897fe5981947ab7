from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantengine.errors import PlanError
from quantengine.formats.accumulator import AccumulatorRange, accumulator_range
from quantengine.formats.dtype import INT8, UINT8
from quantengine.formats.requantize import (
    FixedPoint,
    output_multiplier,
    requantize,
    to_float,
    to_int32,
)

accumulators = st.integers(-(2**31), 2**31 - 1)
multipliers = st.floats(2**-40, 2**29)


@given(multipliers)
def test_fixed_point_is_normalised_and_within_one_part_in_2_31(multiplier):
    fixed = FixedPoint.of(multiplier)
    mantissa, shift = int(fixed.mantissa), int(fixed.shift)
    assert 2**30 <= mantissa < 2**31
    assert shift >= 1
    stored = Fraction(mantissa) / 2**shift
    assert abs(stored / Fraction(multiplier) - 1) <= Fraction(1, 2**31)


@given(accumulators, multipliers)
def test_rounding_shift_equals_exact_arithmetic(acc, multiplier):
    fixed = FixedPoint.of(multiplier)
    exact = Fraction(acc) * int(fixed.mantissa) / 2 ** int(fixed.shift)
    expected = (exact + Fraction(1, 2)).__floor__()
    assert int(fixed.scaled(acc, None)) == expected


def test_a_mantissa_that_rounds_up_to_one_is_carried():
    fixed = FixedPoint.of(np.nextafter(1.0, 0.0))
    assert (int(fixed.mantissa), int(fixed.shift)) == (2**30, 30)


@pytest.mark.parametrize("multiplier", [0.0, -1.0, np.nan, np.inf, 2.0**30])
def test_multipliers_without_a_fixed_point_form_are_refused(multiplier):
    with pytest.raises(PlanError, match="fixed-point"):
        FixedPoint.of([0.5, multiplier])


@given(st.lists(accumulators, min_size=1), st.floats(2**-30, 1.0), st.integers(-128, 127))
def test_fixed_point_and_float_differ_by_at_most_one_code(accs, multiplier, zero_point):
    exact = requantize(accs, np.float32(multiplier), zero_point, INT8)
    fixed = requantize(accs, FixedPoint.of(np.float32(multiplier)), zero_point, INT8)
    assert np.max(np.abs(exact.astype(int) - fixed)) <= 1


def test_ties_go_to_even_with_floats_and_upward_with_fixed_point():
    accs = [1, 3, 5, -1, -3]
    assert requantize(accs, 0.5, 0, INT8).tolist() == [0, 2, 2, 0, -2]
    assert requantize(accs, FixedPoint.of(0.5), 0, INT8).tolist() == [1, 2, 3, 0, -1]


def test_codes_are_clamped_after_the_zero_point():
    assert requantize([-10, 0, 300], 1.0, 5, UINT8).tolist() == [0, 5, 255]
    assert requantize([-300, 0, 300], FixedPoint.of(1.0), 100, INT8).tolist() == [-128, 100, 127]


def test_multipliers_per_channel_follow_their_axis():
    acc = np.full((1, 2, 3), 100, np.int32)
    factors = np.float32([0.5, 0.25])
    for multiplier in (factors, FixedPoint.of(factors)):
        codes = requantize(acc, multiplier, 0, INT8, axis=1)
        assert codes.tolist() == [[[50] * 3, [25] * 3]]
    last = requantize(acc.transpose(0, 2, 1), factors, 0, INT8, axis=-1)
    assert last.tolist() == [[[50, 25]] * 3]


def test_the_float_ending_scales_and_the_int32_ending_wraps():
    assert to_float([2**31 + 256, -4], 0.5).tolist() == [-(2.0**30) + 128, -2.0]
    assert to_int32([2**31, 7]).tolist() == [-(2**31), 7]


def test_output_multiplier_is_computed_in_float32():
    multiplier = output_multiplier(np.float32(0.1), np.float32([0.3, 0.7]), np.float32(0.9))
    product = np.float32(0.1) * np.float32([0.3, 0.7])
    assert multiplier.dtype == np.float32
    np.testing.assert_array_equal(multiplier, product / np.float32(0.9))


def test_accumulator_range_and_width():
    assert accumulator_range(np.array([[3, -9], [0, 4]])) == AccumulatorRange(-9, 4)
    assert accumulator_range(np.zeros((0, 3))) == AccumulatorRange(0, 0)
    assert AccumulatorRange(-9, 4).merge(AccumulatorRange(-2, 40)) == AccumulatorRange(-9, 40)
    widths = {(0, 0): 1, (0, 127): 8, (-128, 0): 8, (-129, 0): 9, (0, 128): 9}
    assert {(low, high): AccumulatorRange(low, high).bits for low, high in widths} == widths
    assert not AccumulatorRange(-(2**31), 2**31 - 1).overflows
    assert AccumulatorRange(0, 2**31).overflows
