"""Integer pooling: maximum, sum of a window, average in the arithmetic of onnxruntime."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.encoding import Encoding
from quantengine.formats.integer_matmul import Accumulator, Codes
from quantengine.formats.windows import Window


def max_pool(x: Codes, window: Window) -> Codes:
    """MaxPool of codes [N, C, *spatial]: order is kept, so scale and zero point stay."""
    lowest = int(np.iinfo(x.dtype).min)
    views = window.over(x, lowest)
    return np.asarray(views.max(axis=_kernel_axes(window)), x.dtype)


def pool_accumulate(x: Codes, window: Window, *, x_zero: int) -> Accumulator:
    """Sums of q - x_zero over each window [N, C, *out]; pads hold the zero point and add nothing.

    Requantize them with s_x / (s_y n), n from `window_counts`.
    """
    sums = window.over(x, x_zero).sum(axis=_kernel_axes(window), dtype=np.int64)
    return np.asarray(sums - x_zero * math.prod(window.kernel), np.int64)


def window_counts(
    spatial: tuple[int, ...], window: Window, *, count_include_pad: bool = False
) -> NDArray[np.int64]:
    """Values each window averages over, shape [*out]."""
    inside = np.ones((1, 1, *spatial), np.int64)
    views = window.over(inside, int(count_include_pad))
    return np.asarray(views.sum(axis=_kernel_axes(window), dtype=np.int64)[0, 0])


def global_pool_accumulate(x: Codes, *, x_zero: int) -> Accumulator:
    """Sums of q - x_zero over all of each channel of [N, C, *spatial]: [N, C, 1, ...]."""
    spatial = tuple(range(2, x.ndim))
    sums = x.sum(axis=spatial, keepdims=True, dtype=np.int64)
    return np.asarray(sums - x_zero * math.prod(x.shape[2:]), np.int64)


def global_pool_multiplier(x_scale: float, y_scale: float, size: int) -> np.float32:
    """s_x / (s_y n) in float32, in the order onnxruntime's QLinearGlobalAveragePool computes it."""
    return np.float32(np.float32(x_scale) / (np.float32(y_scale) * np.float32(size)))


def average_pool(
    x: Codes,
    x_encoding: Encoding,
    y_encoding: Encoding,
    window: Window,
    *,
    count_include_pad: bool = False,
) -> Codes:
    """AveragePool as onnxruntime's QLinearAveragePool computes it, both encodings per tensor.

    The real numbers of a window are added one by one in float32, rows first, divided by their
    count and by s_y; the zero point is added before rounding half to even. With equal scales
    this differs from `pool_accumulate` where the float sum rounds.
    """
    real = window.over(x_encoding.dequantize(x), 0)
    rank = len(window.kernel)
    total = np.zeros(real.shape[: 2 + rank], np.float32)
    for place in np.ndindex(*window.kernel):
        total += real[(..., *place)]
    counts = window_counts(x.shape[2:], window, count_include_pad=count_include_pad)
    steps = total / counts.astype(np.float32) / y_encoding.scale
    codes = np.rint(steps + y_encoding.zero_point.astype(np.float32))
    return np.clip(codes, y_encoding.qmin, y_encoding.qmax).astype(y_encoding.dtype.numpy)


def _kernel_axes(window: Window) -> tuple[int, ...]:
    return tuple(range(-len(window.kernel), 0))
