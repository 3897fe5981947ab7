"""Quantize and dequantize against onnxruntime, bit for bit."""

from __future__ import annotations

import platform

import numpy as np
import pytest
from onnx import TensorProto

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.formats.granularity import (
    PER_TENSOR,
    Granularity,
    PerAxis,
    PerBlock,
    parameter_shape,
)

KINDS = {
    "int4": TensorProto.INT4,
    "uint4": TensorProto.UINT4,
    "int8": TensorProto.INT8,
    "uint8": TensorProto.UINT8,
    "int16": TensorProto.INT16,
    "uint16": TensorProto.UINT16,
}
GRANULARITIES = [PER_TENSOR, PerAxis(0), PerAxis(1), PerAxis(-1), PerBlock(1, 4), PerBlock(-1, 3)]
SHAPE = (3, 8, 6)
X86 = platform.machine().lower() in {"x86_64", "amd64"}


def encoding_of(dtype: IntegerType, granularity: Granularity, seed: int = 0) -> Encoding:
    generator = np.random.default_rng(seed)
    shape = parameter_shape(granularity, SHAPE)
    scale = generator.choice(np.float32([0.25, 0.5, 0.1, 1.0, 3.7]), shape)
    zero = generator.integers(dtype.qmin, dtype.qmax + 1, shape)
    return Encoding(dtype, np.asarray(scale), np.asarray(zero, np.int32), granularity)


def saturates(encoding: Encoding) -> bool:
    """Whether onnxruntime clamps before it converts to int32.

    Its 4-bit kernels (at the ends of odd runs) and its kernel for blocks off the last axis
    convert first and overflow beyond 2^31 steps; ours saturates everywhere.
    """
    granularity = encoding.granularity
    off_last_axis = isinstance(granularity, PerBlock) and granularity.axis == 1
    return encoding.dtype.stored.bits > 4 and not off_last_axis


def hard_values(encoding: Encoding) -> np.ndarray:
    """Halves, code borders, huge, tiny and ordinary values, everywhere in the tensor."""
    generator = np.random.default_rng(1)
    halves = (np.arange(-40, 41) + 0.5) * 0.25
    special = [0.0, -0.0, 1e-45, -1e-45, 1e-38, 1e8, -1e8]
    if saturates(encoding):
        special += [3e9, -3e9, 3e38, -3e38, np.inf, -np.inf]
    pool = np.concatenate([halves, special, generator.normal(0, 20, 60)]).astype(np.float32)
    return generator.choice(pool, SHAPE)


def node_attributes(granularity: Granularity) -> dict[str, int]:
    match granularity:
        case PerAxis(axis):
            return {"axis": axis}
        case PerBlock(axis, size):
            return {"axis": axis, "block_size": size}
    return {}


@pytest.mark.parametrize("granularity", GRANULARITIES, ids=str)
@pytest.mark.parametrize("name", KINDS)
def test_quantize_is_bit_equal_to_onnxruntime(name, granularity, run_node, constant):
    dtype = IntegerType.parse(name)
    encoding = encoding_of(dtype, granularity)
    real = hard_values(encoding)
    zero = constant(encoding.zero_point, KINDS[name])
    container = TensorProto.INT8 if dtype.signed else TensorProto.UINT8
    codes = run_node(
        "QuantizeLinear",
        [real, constant(encoding.scale), zero],
        cast=container if dtype.bits == 4 else None,
        **node_attributes(granularity),
    )
    ours = encoding.quantize(real)
    assert ours.dtype == dtype.numpy
    np.testing.assert_array_equal(ours, codes)


@pytest.mark.parametrize("granularity", GRANULARITIES, ids=str)
@pytest.mark.parametrize("name", [*KINDS, "int32"])
def test_dequantize_is_bit_equal_to_onnxruntime(name, granularity, run_node, constant):
    kind = {**KINDS, "int32": TensorProto.INT32}[name]
    dtype = IntegerType.parse(name)
    encoding = encoding_of(IntegerType(8, True) if dtype.bits == 32 else dtype, granularity)
    zero_point = np.zeros_like(encoding.zero_point) if dtype.bits == 32 else encoding.zero_point
    encoding = Encoding(dtype, encoding.scale, zero_point, granularity)
    codes = np.random.default_rng(2).integers(dtype.qmin, dtype.qmax, SHAPE, endpoint=True)
    real = run_node(
        "DequantizeLinear",
        [constant(codes, kind), constant(encoding.scale), constant(encoding.zero_point, kind)],
        **node_attributes(granularity),
    )
    np.testing.assert_array_equal(encoding.dequantize(codes), real)


@pytest.mark.parametrize("granularity", [PER_TENSOR, PerAxis(1)], ids=str)
@pytest.mark.parametrize("name", ["int2", "uint3", "int6", "uint7", "int9", "uint12", "int15"])
def test_odd_widths_equal_a_clip_before_the_stored_type(name, granularity, run_node, constant):
    dtype = IntegerType.parse(name)
    encoding = encoding_of(dtype, granularity)
    real = hard_values(encoding)
    shape = [1, -1, 1] if isinstance(granularity, PerAxis) else [1, 1, 1]
    low, high = (np.reshape(end, shape).astype(np.float32) for end in (encoding.low, encoding.high))
    kind = KINDS[dtype.stored.name]
    container = TensorProto.INT8 if dtype.signed else TensorProto.UINT8
    codes = run_node(
        "QuantizeLinear",
        [np.clip(real, low, high), constant(encoding.scale), constant(encoding.zero_point, kind)],
        cast=container if dtype.stored.bits == 4 else None,
        **node_attributes(granularity),
    )
    np.testing.assert_array_equal(encoding.quantize(real), codes)


@pytest.mark.skipif(not X86, reason="what a NaN becomes is the processor's choice")
@pytest.mark.parametrize("name", KINDS)
def test_nan_takes_the_lowest_code_like_onnxruntime(name, run_node, constant):
    dtype = IntegerType.parse(name)
    encoding = encode_range(-1.0, 2.0, dtype, symmetric=False)
    real = np.full(SHAPE, np.nan, np.float32)
    container = TensorProto.INT8 if dtype.signed else TensorProto.UINT8
    codes = run_node(
        "QuantizeLinear",
        [real, constant(encoding.scale), constant(encoding.zero_point, KINDS[name])],
        cast=container if dtype.bits == 4 else None,
    )
    assert np.all(codes == dtype.qmin)
    np.testing.assert_array_equal(encoding.quantize(real), codes)


def test_narrow_leaves_out_the_lowest_code():
    wide = encode_range(-1.0, 1.0, IntegerType(8, True), symmetric=True)
    narrow = encode_range(-1.0, 1.0, IntegerType(8, True), symmetric=True, narrow=True)
    assert wide.quantize(-2.0) == -128
    assert narrow.quantize(-2.0) == -127
    assert wide.scale == narrow.scale


def test_float64_input_beyond_float32_saturates_without_a_warning():
    encoding = encode_range(-1.0, 1.0, IntegerType(8, True), symmetric=True)
    np.testing.assert_array_equal(encoding.quantize([1e300, -1e300]), [127, -128])


def test_bias_codes_keep_all_32_bits():
    encoding = Encoding(IntegerType(32, True), np.float32(2**-20), np.int32(0))
    np.testing.assert_array_equal(
        encoding.quantize([1000.0000009536743, 1e9, -1e9, np.inf]),
        [1000 * 2**20 + 1, 2**31 - 1, -(2**31), 2**31 - 1],
    )
