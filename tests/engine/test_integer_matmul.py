"""Integer MatMul and Gemm against onnxruntime, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantengine.formats.accumulator import accumulator_range
from quantengine.formats.dtype import INT8, UINT8, IntegerType
from quantengine.formats.integer_matmul import exact_product, matmul_accumulate
from quantengine.formats.requantize import output_multiplier, requantize, to_float, to_int32

TYPES = [(UINT8, INT8), (UINT8, UINT8), (INT8, INT8)]
sizes = st.tuples(*[st.integers(1, 12)] * 3)
scales = st.tuples(*[st.floats(2**-10, 1.0, width=32).map(np.float32)] * 3)
seeds = st.integers(0, 2**32)
few = settings(max_examples=40)


def codes(generator, dtype: IntegerType, shape, *, weight: bool = False) -> np.ndarray:
    """Weights next to uint8 codes stay within 7 bits, where no processor saturates."""
    low, high = (-64, 63) if weight and dtype.signed else (dtype.qmin, dtype.qmax)
    return generator.integers(low, high, shape, endpoint=True).astype(dtype.numpy)


def zero(generator, dtype: IntegerType, shape=()) -> np.ndarray:
    return generator.integers(dtype.qmin, dtype.qmax, shape, endpoint=True).astype(dtype.numpy)


@few
@given(st.sampled_from(TYPES), sizes, st.booleans(), seeds)
def test_matmul_integer(run_node, types, size, per_column, seed):
    m, k, n = size
    generator = np.random.default_rng(seed)
    a, b = codes(generator, types[0], (2, m, k)), codes(generator, types[1], (k, n), weight=True)
    a_zero = zero(generator, types[0])
    b_zero = zero(generator, types[1], (n,) if per_column else ())
    acc = matmul_accumulate(a, b, a_zero=a_zero, b_zero=b_zero)
    np.testing.assert_array_equal(to_int32(acc), run_node("MatMulInteger", [a, b, a_zero, b_zero]))


def test_dynamic_operands_with_batches(run_node):
    generator = np.random.default_rng(3)
    a, b = codes(generator, UINT8, (2, 3, 4, 5)), codes(generator, UINT8, (2, 3, 5, 6))
    acc = matmul_accumulate(a, b, a_zero=7, b_zero=200)
    expected = run_node("MatMulInteger", [a, b, np.uint8(7), np.uint8(200)])
    np.testing.assert_array_equal(to_int32(acc), expected)


@few
@given(st.sampled_from(TYPES), sizes, scales, seeds)
def test_qlinear_matmul(run_node, types, size, scale, seed):
    (m, k, n), (a_scale, b_scale, y_scale) = size, scale
    per_column = bool(seed % 2)
    generator = np.random.default_rng(seed)
    a, b = codes(generator, types[0], (m, k)), codes(generator, types[1], (k, n), weight=True)
    columns = (n,) if per_column else ()
    b_scales = np.asarray(b_scale * generator.uniform(0.5, 1, columns), np.float32)
    a_zero, y_zero = zero(generator, types[0]), zero(generator, types[0])
    b_zero = np.full(columns, zero(generator, types[1]), types[1].numpy)
    expected = run_node("QLinearMatMul", [a, a_scale, a_zero, b, b_scales, b_zero, y_scale, y_zero])
    acc = matmul_accumulate(a, b, a_zero=a_zero, b_zero=b_zero)
    multiplier = output_multiplier(a_scale, b_scales, y_scale)
    axis = -1 if per_column else None
    ours = requantize(acc, multiplier, int(y_zero), types[0], axis=axis)
    np.testing.assert_array_equal(ours, expected)


@few
@given(st.sampled_from(TYPES), sizes, scales, seeds)
def test_qgemm(run_node, types, size, scale, seed):
    (m, k, n), (a_scale, b_scale, y_scale) = size, scale
    trans_a, trans_b = bool(seed & 1), bool(seed & 2)
    generator = np.random.default_rng(seed)
    a, b = codes(generator, types[0], (m, k)), codes(generator, types[1], (k, n), weight=True)
    a, b = np.ascontiguousarray(a.T) if trans_a else a, np.ascontiguousarray(b.T) if trans_b else b
    a_zero, b_zero, y_zero = (zero(generator, t) for t in (*types, types[0]))
    bias = generator.integers(-9999, 9999, n, dtype=np.int32)
    left, right = a.T if trans_a else a, b.T if trans_b else b
    acc = matmul_accumulate(left, right, a_zero=a_zero, b_zero=b_zero, bias=bias)

    def gemm(*ending):
        inputs = [a, a_scale, a_zero, b, b_scale, b_zero, bias, *ending]
        return run_node(
            "QGemm", inputs, domain="com.microsoft", transA=int(trans_a), transB=int(trans_b)
        )

    ours = requantize(acc, output_multiplier(a_scale, b_scale, y_scale), int(y_zero), types[0])
    np.testing.assert_array_equal(ours, gemm(y_scale, y_zero))
    np.testing.assert_array_equal(to_float(acc, a_scale * b_scale), gemm())


@pytest.mark.parametrize("shape", [(0, 4, 3), (2, 0, 3), (2, 4, 0)])
def test_empty_operands(shape):
    m, k, n = shape
    acc = matmul_accumulate(np.zeros((m, k), np.uint8), np.zeros((k, n), np.int8), a_zero=3)
    assert acc.shape == (m, n)
    assert not acc.any()


def test_sums_beyond_float32_and_int32_stay_exact():
    a = np.full((1, 40000), 65535, np.uint16)
    b = np.full((40000, 1), -32768, np.int16)
    assert exact_product(a, b).item() == -65535 * 32768 * 40000
    acc = matmul_accumulate(a, b)
    assert accumulator_range(acc).overflows
    assert to_int32(acc).dtype == np.int32


def test_a_bias_of_full_width_wraps_like_the_runtime(run_node):
    a, b = np.full((1, 4), 255, np.uint8), np.full((4, 1), 64, np.int8)
    bias = np.int32([2**31 - 1])
    one, none = np.float32(1), np.uint8(0)
    expected = run_node("QGemm", [a, one, none, b, one, np.int8(0), bias], domain="com.microsoft")
    acc = matmul_accumulate(a, b, bias=bias)
    assert accumulator_range(acc).overflows
    np.testing.assert_array_equal(to_float(acc, 1.0), expected)
