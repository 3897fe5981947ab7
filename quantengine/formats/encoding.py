"""Affine encodings: real = (q - zero_point) * scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quantengine.formats.dtype import IntegerType
from quantengine.formats.granularity import PER_TENSOR, Granularity, spread

Floats = NDArray[np.float32]
Codes = NDArray[Any]

_TINY = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, eq=False)
class Encoding:
    """Type, scale and zero point of one tensor.

    `scale` float32 and `zero_point` int32 have the shape `granularity.parameter_shape` gives.
    `narrow` leaves out the lowest code, so that a symmetric grid has as many steps below zero as
    above.
    """

    dtype: IntegerType
    scale: Floats
    zero_point: NDArray[np.int32]
    granularity: Granularity = PER_TENSOR
    narrow: bool = False

    @property
    def qmin(self) -> int:
        return self.dtype.qmin + self.narrow

    @property
    def qmax(self) -> int:
        return self.dtype.qmax

    @property
    def symmetric(self) -> bool:
        return bool(np.all(self.zero_point == self.dtype.middle))

    @property
    def low(self) -> NDArray[np.float64]:
        """Smallest real number with a code of its own."""
        return np.multiply(self.qmin - self.zero_point, self.scale, dtype=np.float64)

    @property
    def high(self) -> NDArray[np.float64]:
        """Largest real number with a code of its own."""
        return np.multiply(self.qmax - self.zero_point, self.scale, dtype=np.float64)

    def quantize(self, real: ArrayLike) -> Codes:
        """Codes of `real`, any shape that fits the granularity; NaN becomes the zero point.

        q = clamp(round_half_even(real / scale) + zero_point, qmin, qmax), in float32 like
        onnxruntime's QuantizeLinear.
        """
        x = np.asarray(real, np.float32)
        scale = spread(self.scale, self.granularity, x.shape)
        zero = spread(self.zero_point, self.granularity, x.shape)
        with np.errstate(over="ignore", invalid="ignore"):
            steps = np.rint(x / scale)
        steps = np.clip(np.nan_to_num(steps, copy=False), self.qmin - zero, self.qmax - zero)
        codes: Codes = (steps.astype(np.int32) + zero).astype(self.dtype.numpy)
        return codes

    def dequantize(self, codes: ArrayLike) -> Floats:
        """Real numbers of `codes`, in float32 like onnxruntime's DequantizeLinear."""
        q = np.asarray(codes).astype(np.int32)
        scale = spread(self.scale, self.granularity, q.shape)
        zero = spread(self.zero_point, self.granularity, q.shape)
        return np.asarray((q - zero).astype(np.float32) * scale, np.float32)

    def fake_quantize(self, real: ArrayLike) -> Floats:
        """`real` as the quantized network sees it."""
        return self.dequantize(self.quantize(real))


def encode_range(
    low: ArrayLike,
    high: ArrayLike,
    dtype: IntegerType,
    *,
    symmetric: bool,
    narrow: bool = False,
    granularity: Granularity = PER_TENSOR,
) -> Encoding:
    """The encoding of a real range, widened to contain zero (Jacob 2018, section 2.1).

    Asymmetric: s = (high - low) / (qmax - qmin), z = round(qmin - low / s).
    Symmetric: s = max(|low|, |high|) / (2^(b-1) - 1), z the middle.
    A range with no finite positive width gets scale 1, which keeps zero exact. `low` and `high`
    have the shape of the parameters.
    """
    low, high = _without_nan(low), _without_nan(high)
    low, high = np.minimum(low, 0.0), np.maximum(high, 0.0)
    qmin = dtype.qmin + narrow
    if symmetric:
        wide = np.maximum(-low, high) / ((1 << (dtype.bits - 1)) - 1)
    else:
        wide = (high - low) / (dtype.qmax - qmin)
    wide = np.minimum(wide, float(np.finfo(np.float32).max))
    scale = np.where(wide >= _TINY, wide, 1.0).astype(np.float32)
    if symmetric:
        zero = np.full(scale.shape, dtype.middle, np.int32)
    else:
        zero = np.clip(np.rint(qmin - low / scale.astype(np.float64)), qmin, dtype.qmax)
    return Encoding(dtype, scale, zero.astype(np.int32), granularity, narrow)


def _without_nan(bound: ArrayLike) -> NDArray[np.float64]:
    return np.nan_to_num(np.asarray(bound, np.float64), nan=0.0)
