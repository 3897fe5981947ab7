"""Integer matrix products with zero points, accumulated without error.

acc = sum (q_a - z_a)(q_b - z_b) + q_bias
    = sum q_a q_b - z_b sum q_a + [q_bias - z_a sum q_b + K z_a z_b]

The bracket is a constant of the layer, folded into its bias offline; the sum of q_a is needed
only where z_b is not zero (Jacob 2018, section 2.3). Accumulators are returned as int64, before
a 32-bit register would wrap: `formats.requantize` holds the endings, `formats.accumulator` the
checks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Codes = NDArray[Any]
Accumulator = NDArray[np.int64]

_FLOAT32_EXACT = 1 << 24


def matmul_accumulate(
    a: Codes,
    b: Codes,
    *,
    a_zero: ArrayLike = 0,
    b_zero: ArrayLike = 0,
    bias: ArrayLike | None = None,
) -> Accumulator:
    """MatMul of codes `a` [..., M, K] and `b` [..., K, N] of at most 16 bits.

    `a_zero` is a scalar or [M], `b_zero` a scalar or [N], `bias` int32 [N] or any shape that
    broadcasts against the result [..., M, N].
    """
    a_zeros = np.asarray(a_zero, np.int64)
    a_zeros = a_zeros[:, None] if a_zeros.ndim else a_zeros
    b_zeros = np.asarray(b_zero, np.int64)
    folded = fold_bias(b, a_zeros, b_zeros, bias)
    if not b_zeros.any():
        return exact_product(a, b) + folded
    row_sums = np.sum(a, axis=-1, keepdims=True, dtype=np.int64)
    return exact_product(a, b) - b_zeros * row_sums + folded


def fold_bias(
    b: Codes, a_zero: ArrayLike, b_zero: ArrayLike, bias: ArrayLike | None
) -> Accumulator:
    """q_bias - z_a sum q_b + K z_a z_b for `b` [..., K, N]: all that does not depend on `a`."""
    column_sums = np.sum(b, axis=-2, keepdims=True, dtype=np.int64)
    offset = np.asarray(b_zero, np.int64) * b.shape[-2] - column_sums
    folded: Accumulator = np.asarray(a_zero, np.int64) * offset
    return folded if bias is None else folded + np.asarray(bias, np.int64)


def exact_product(a: Codes, b: Codes) -> Accumulator:
    """a @ b without rounding, through the float BLAS whose mantissa holds every partial sum.

    float64 is exact for codes of 16 bits up to K = 2^21.
    """
    largest = _magnitude(a) * _magnitude(b) * a.shape[-1]
    kind = np.float32 if largest < _FLOAT32_EXACT else np.float64
    product: Accumulator = np.matmul(a.astype(kind), b.astype(kind)).astype(np.int64)
    return product


def _magnitude(codes: Codes) -> int:
    return max(-int(codes.min(initial=0)), int(codes.max(initial=0)))
