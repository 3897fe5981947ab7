"""Affine encodings: real = (q - zero_point) * scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quantengine.formats.dtype import IntegerType, OfType
from quantengine.formats.granularity import PER_TENSOR, Granularity, spread

Floats = NDArray[np.float32]
Codes = NDArray[Any]

_TINY = float(np.finfo(np.float32).tiny)
_FARTHEST = float(np.finfo(np.float32).max) / 2
_FLOAT32_BITS = 16


@dataclass(frozen=True, eq=False)
class Encoding(OfType):
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
        """Codes of `real`, any shape that fits the granularity.

        q = clamp(round_half_even(real / scale) + zero_point, qmin, qmax), in float32 like
        onnxruntime's QuantizeLinear (in float64 for the 32 bits of a bias). Infinities take the
        ends of the range; NaN takes the lowest code, as it does there on x86.
        """
        kind = np.float32 if self.dtype.bits <= _FLOAT32_BITS else np.float64
        with np.errstate(over="ignore", invalid="ignore"):
            x = np.asarray(real, kind)
            scale = spread(self.scale, self.granularity, x.shape)
            zero = spread(self.zero_point, self.granularity, x.shape)
            steps = np.asarray(np.rint(x / scale))
            if self.dtype.is_sign:
                steps = np.asarray(np.where(x / scale + zero > 0, 1, -1) - zero, kind)
        # fmax drops NaN and keeps the bound
        np.fmax(steps, (self.qmin - zero).astype(kind), out=steps)
        np.fmin(steps, (self.qmax - zero).astype(kind), out=steps)
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
    A range too narrow for a normal float32 scale gets scale 1, which keeps zero exact; NaN
    counts as zero, and ends are held within half of float32's largest, so that every code stands
    for a finite number. `low` and `high` have the shape of the parameters.
    """
    low, high = np.minimum(_finite(low), 0.0), np.maximum(_finite(high), 0.0)
    qmin = dtype.lowest(narrow=narrow)
    if symmetric:
        wide = np.maximum(-low, high) / dtype.half_steps
    else:
        wide = (high - low) / (dtype.qmax - qmin)
    scale = np.where(wide >= _TINY, wide, 1.0).astype(np.float32)
    if symmetric:
        zero = np.full(scale.shape, dtype.middle, np.int32)
    else:
        zero = np.clip(np.rint(qmin - low / scale.astype(np.float64)), qmin, dtype.qmax)
    return Encoding(dtype, scale, zero.astype(np.int32), granularity, narrow)


def _finite(bound: ArrayLike) -> NDArray[np.float64]:
    known = np.nan_to_num(np.asarray(bound, np.float64), nan=0.0)
    return np.clip(known, -_FARTHEST, _FARTHEST)
