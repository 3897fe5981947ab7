"""The endings of an integer layer: int8 for the next one, float, or the int32 itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quantengine.errors import PlanError
from quantengine.formats.dtype import IntegerType
from quantengine.formats.granularity import PER_TENSOR, PerAxis, spread

_UNIT = 1 << 31
_WIDEST_SHIFT = 62


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """Multipliers as hardware without floats holds them: M = mantissa * 2^-shift.

    `mantissa` lies in [2^30, 2^31), `shift` is at least 1 (Jacob 2018, section 2.2); both int64,
    of the shape of the multipliers.
    """

    mantissa: NDArray[np.int64]
    shift: NDArray[np.int64]

    @classmethod
    def of(cls, multiplier: ArrayLike) -> FixedPoint:
        """The nearest fixed-point form; raises PlanError unless 0 < multiplier < 2^30."""
        real = np.asarray(multiplier, np.float64)
        if not np.all((real > 0) & (real < _UNIT // 2)):
            raise PlanError(
                "A requantization multiplier of {0} has no fixed-point form: check the scales of "
                "the layer, each must be positive and finite.",
                f"{real.max(initial=0):g}",
            )
        fraction, exponent = np.frexp(real)
        mantissa = np.rint(fraction * _UNIT).astype(np.int64)
        carried = mantissa == _UNIT
        shift = 31 - exponent.astype(np.int64) - carried
        return cls(np.where(carried, _UNIT // 2, mantissa), shift)

    def scaled(self, acc: ArrayLike, axis: int | None) -> NDArray[np.int64]:
        """round(acc * M), ties upward: the rounding right shift of integer hardware."""
        product = np.asarray(acc, np.int64) * along(self.mantissa, axis, np.ndim(acc))
        shift = along(self.shift, axis, np.ndim(acc))
        near = np.minimum(shift, _WIDEST_SHIFT)
        rounded = (product + (np.int64(1) << (near - 1))) >> near
        return np.where(shift > _WIDEST_SHIFT, 0, rounded)


def output_multiplier(
    x_scale: ArrayLike, w_scale: ArrayLike, y_scale: ArrayLike
) -> NDArray[np.float32]:
    """M = s_x s_w / s_y in float32, in the order onnxruntime's kernels compute it."""
    product = np.multiply(x_scale, w_scale, dtype=np.float32)
    return np.divide(product, y_scale, dtype=np.float32)


def requantize(
    acc: ArrayLike,
    multiplier: ArrayLike | FixedPoint,
    zero_point: int,
    dtype: IntegerType,
    *,
    axis: int | None = None,
) -> NDArray[Any]:
    """q = clamp(round(M acc) + zero_point) of int32 accumulators, any shape.

    `multiplier` is one number, or one for each index of `axis` (Conv 1, MatMul -1). A float
    multiplier rounds acc and the product to float32 and ties to even, as onnxruntime's
    QLinearConv, QLinearMatMul, QGemm and QLinearGlobalAveragePool do.
    """
    sums = to_int32(acc)
    low, high = dtype.qmin - zero_point, dtype.qmax - zero_point
    if isinstance(multiplier, FixedPoint):
        steps: NDArray[Any] = multiplier.scaled(sums, axis)
    else:
        factors = along(np.asarray(multiplier, np.float32), axis, sums.ndim)
        steps = np.rint(sums.astype(np.float32) * factors)
    codes = np.clip(steps, low, high).astype(np.int32) + zero_point
    return np.asarray(codes.astype(dtype.numpy))


def to_float(acc: ArrayLike, scale: ArrayLike, *, axis: int | None = None) -> NDArray[np.float32]:
    """The real numbers of int32 accumulators at `scale` = s_x s_w, one or one along `axis`."""
    sums = to_int32(acc)
    factors = along(np.asarray(scale, np.float32), axis, sums.ndim)
    return np.asarray(sums.astype(np.float32) * factors)


def to_int32(acc: ArrayLike) -> NDArray[np.int32]:
    """Accumulators as a 32-bit register holds them: what does not fit wraps around."""
    return np.asarray(acc).astype(np.int32)


def along(values: NDArray[Any], axis: int | None, rank: int) -> NDArray[Any]:
    """Scalars, or values of shape [n], in a shape that broadcasts along `axis` of `rank` axes."""
    granularity = PER_TENSOR if axis is None or values.ndim == 0 else PerAxis(axis)
    return spread(values, granularity, (1,) * rank)
