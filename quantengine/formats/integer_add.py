"""Integer addition of two tensors with scales of their own."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.encoding import Encoding
from quantengine.formats.integer_matmul import Codes
from quantengine.formats.requantize import FixedPoint

Floats = NDArray[np.float32]


def add(a: Codes, b: Codes, a_enc: Encoding, b_enc: Encoding, y_enc: Encoding) -> Codes:
    """Add of 8-bit codes as onnxruntime's QLinearAdd computes it; encodings per tensor.

    With r = s / s_y: q = round(r_a q_a + (r_b q_b + (z_y - (r_a z_a + r_b z_b)))) in float32,
    products and sums fused, as CPUs with AVX2 do it (measured; others round differently at ties).
    Where `a` is what repeats along the innermost axis, the kernel exchanges a and b.
    """
    if _repeats(a.shape, b.shape):
        return add(b, a, b_enc, a_enc, y_enc)
    ratio_a = np.float32(a_enc.scale / y_enc.scale)
    ratio_b = np.float32(b_enc.scale / y_enc.scale)
    zeros = _fused(ratio_a, a_enc.zero_point, ratio_b * np.float32(b_enc.zero_point))
    fixed = np.float32(y_enc.zero_point) - zeros
    total = _fused(ratio_a, a, _fused(ratio_b, b, fixed))
    return _codes(np.rint(total), y_enc)


def add_fixed_point(a: Codes, b: Codes, a_enc: Encoding, b_enc: Encoding, y_enc: Encoding) -> Codes:
    """Add without floats: both multipliers on one shift, the sum rounded once, ties upward.

    The larger ratio s / s_y has a 31-bit mantissa; encodings per tensor.
    """
    ratios = np.array([a_enc.scale, b_enc.scale], np.float64) / np.float64(y_enc.scale)
    shift = int(FixedPoint.of(ratios.max()).shift)
    mantissas = np.rint(np.ldexp(ratios, shift)).astype(np.int64)
    left = (a.astype(np.int64) - a_enc.zero_point) * mantissas[0]
    right = (b.astype(np.int64) - b_enc.zero_point) * mantissas[1]
    steps = (left + right + (1 << (shift - 1))) >> shift
    return _codes(steps + y_enc.zero_point, y_enc)


def _repeats(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether `shape` broadcasts against `other` along the innermost axis of their sum."""
    for size, wanted in zip_longest(reversed(shape), reversed(other), fillvalue=1):
        if (size, wanted) != (1, 1):
            return size == 1
    return False


def _fused(factor: np.float32, codes: Codes, addend: Any) -> Floats:
    """factor * codes + addend rounded once: float64 holds the product of 24 and 8 bits."""
    product = np.float64(factor) * np.asarray(codes, np.float64)
    return np.asarray(product + addend, np.float32)


def _codes(values: NDArray[Any], encoding: Encoding) -> Codes:
    codes: Codes = np.clip(values, encoding.qmin, encoding.qmax).astype(encoding.dtype.numpy)
    return codes
