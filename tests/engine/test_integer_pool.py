from __future__ import annotations

import platform

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantengine.formats.dtype import INT8, UINT8
from quantengine.formats.encoding import Encoding
from quantengine.formats.integer_pool import (
    average_pool,
    global_pool_accumulate,
    global_pool_multiplier,
    max_pool,
    pool_accumulate,
    window_counts,
)
from quantengine.formats.requantize import requantize
from quantengine.formats.windows import Window

# Elsewhere onnxruntime averages with fixed-point multipliers, which round ties differently.
SLACK = 0 if platform.machine().lower() in {"x86_64", "amd64"} else 1


@st.composite
def pools(draw: st.DrawFn):
    dtype = draw(st.sampled_from([UINT8, INT8]))
    rank = draw(st.sampled_from([1, 2, 2, 3]))
    kernel = [draw(st.integers(1, 3)) for _ in range(rank)]
    strides = [draw(st.integers(1, 3)) for _ in range(rank)]
    pads = [draw(st.integers(0, size - 1)) for size in (*kernel, *kernel)]
    spatial = [draw(st.integers(4, 7)) for _ in range(rank)]
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = (2, draw(st.sampled_from([1, 3, 16])), *spatial)
    x = generator.integers(dtype.qmin, dtype.qmax, shape, endpoint=True).astype(dtype.numpy)
    zeros = generator.integers(dtype.qmin, dtype.qmax, 2, endpoint=True)
    scales = np.float32([0.02, 0.02 * draw(st.sampled_from([1.0, 0.5, 0.37]))])
    encodings = [
        Encoding(dtype, np.asarray(scale), np.asarray(zero, np.int32))
        for scale, zero in zip(scales, zeros, strict=True)
    ]
    return x, *encodings, Window.of(kernel, strides, pads)


def parameters(x_enc: Encoding, y_enc: Encoding) -> list[np.ndarray]:
    kind = x_enc.dtype.numpy
    return [
        x_enc.scale, x_enc.zero_point.astype(kind), y_enc.scale, y_enc.zero_point.astype(kind),
    ]  # fmt: skip


def attributes(window: Window) -> dict[str, tuple[int, ...]]:
    return {"kernel_shape": window.kernel, "strides": window.strides, "pads": window.pads}


@settings(max_examples=60)
@given(pools(), st.booleans())
def test_average_pool_equals_qlinear_average_pool(run_node, pool, count_include_pad):
    x, x_enc, y_enc, window = pool
    expected = run_node(
        "QLinearAveragePool",
        [x, *parameters(x_enc, y_enc)],
        domain="com.microsoft",
        count_include_pad=int(count_include_pad),
        **attributes(window),
    )
    ours = average_pool(x, x_enc, y_enc, window, count_include_pad=count_include_pad)
    np.testing.assert_array_equal(ours, expected)


@settings(max_examples=60)
@given(pools())
def test_integer_average_is_within_one_code_of_the_float_one(pool):
    x, x_enc, y_enc, window = pool
    counts = window_counts(x.shape[2:], window)
    acc = pool_accumulate(x, window, x_zero=int(x_enc.zero_point))
    ratio = np.float64(x_enc.scale) / np.float64(y_enc.scale)
    real = np.rint(acc * ratio / counts) + y_enc.zero_point
    ours = average_pool(x, x_enc, y_enc, window)
    assert np.max(np.abs(np.clip(real, y_enc.qmin, y_enc.qmax) - ours)) <= 1


@settings(max_examples=40)
@given(pools())
def test_global_average_equals_the_runtime(run_node, pool):
    x, x_enc, y_enc, _ = pool
    expected = run_node(
        "QLinearGlobalAveragePool",
        [x, *parameters(x_enc, y_enc)],
        domain="com.microsoft",
        channels_last=0,
    )
    acc = global_pool_accumulate(x, x_zero=int(x_enc.zero_point))
    size = int(np.prod(x.shape[2:]))
    multiplier = global_pool_multiplier(float(x_enc.scale), float(y_enc.scale), size)
    ours = requantize(acc, multiplier, int(y_enc.zero_point), y_enc.dtype)
    assert np.max(np.abs(ours.astype(int) - expected)) <= SLACK


@settings(max_examples=40)
@given(pools(), st.integers(1, 2))
def test_max_pool_of_codes_equals_the_runtime(run_node, pool, dilation):
    x, _, _, window = pool
    dilations = (dilation,) * len(window.kernel)
    window = Window.of(window.kernel, window.strides, window.pads, dilations)
    if any(r > s for r, s in zip(window.reach, x.shape[2:], strict=True)):
        return
    expected = run_node("MaxPool", [x], dilations=dilations, **attributes(window))
    np.testing.assert_array_equal(max_pool(x, window), expected)


def test_counts_with_and_without_pads():
    window = Window.of([2, 2], pads=[1, 0, 0, 1])
    assert window_counts((2, 2), window).tolist() == [[2, 1], [4, 2]]
    assert window_counts((2, 2), window, count_include_pad=True).tolist() == [[4, 4], [4, 4]]


@pytest.mark.parametrize("zero", [0, 100])
def test_pads_add_nothing_to_a_sum(zero):
    x = np.full((1, 1, 2), 101, np.uint8)
    acc = pool_accumulate(x, Window.of([2], pads=[1, 1]), x_zero=zero)
    assert acc.tolist() == [[[101 - zero, 2 * (101 - zero), 101 - zero]]]
