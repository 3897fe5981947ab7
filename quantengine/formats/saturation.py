"""Where 16-bit pair sums saturate: uint8 times int8 on x86 CPUs without VNNI."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.integer_conv import conv_columns, weight_matrix
from quantengine.formats.integer_matmul import Codes
from quantengine.formats.windows import Slides, Window

_INT16 = np.iinfo(np.int16)
_UINT8_MAX = 255
_BLOCK = 1 << 22


def pair_saturation_count(x: Codes, w: Codes) -> int:
    """How many sums of two neighbouring products leave int16 on this data.

    `x` [..., M, K] and `w` [..., K, N] are raw codes: zero points are dealt with afterwards.
    Neighbours are (0, 1), (2, 3)... along K, as VPMADDUBSW takes them on x86 CPUs without VNNI;
    a last one alone never saturates. Only uint8 codes times int8 weights go that way: other
    types are widened first and give 0 (measured on onnxruntime).
    """
    if x.dtype != np.uint8 or w.dtype != np.int8:
        return 0
    left, right = _pairs(x.astype(np.int32), -1), _pairs(w.astype(np.int32), -2)
    lead = np.broadcast_shapes(left.shape[:-3], right.shape[:-3])
    left = np.broadcast_to(left, lead + left.shape[-3:])
    right = np.broadcast_to(right, lead + right.shape[-3:])
    peak = left.max(axis=-3, initial=0)
    risky = _may_saturate(right, peak[..., None])
    return sum(_count(left[index], right[index], risky[index]) for index in np.ndindex(*lead))


def saturable_pairs(w: Codes) -> int:
    """How many weight pairs of int8 `w` [..., K, N] some uint8 input could saturate.

    0 means no saturation whatever the data, as with weights within -64..64 or of another type.
    """
    if w.dtype != np.int8:
        return 0
    right = _pairs(w.astype(np.int32), -2)
    return int(_may_saturate(right, np.int32(_UINT8_MAX)).sum())


def conv_pair_saturation_count(
    x: Codes, w: Codes, *, x_zero: int = 0, group: int = 1, **slides: Unpack[Slides]
) -> int:
    """`pair_saturation_count` of a Conv as in `conv_accumulate`, pads included.

    onnxruntime's QLinearConv runs channels last, so neighbours along K are neighbouring channels;
    its depthwise kernel and its ConvInteger widen the codes first and give 0 (measured).
    """
    if _is_depthwise(w, group):
        return 0
    window = Window.of(w.shape[2:], **slides)
    columns, _ = conv_columns(x, window, x_zero, group, channels_last=True)
    return pair_saturation_count(columns, weight_matrix(w, group, channels_last=True))


def _is_depthwise(w: Codes, group: int) -> bool:
    return w.shape[:2] == (group, 1)


def _pairs(codes: NDArray[np.int32], axis: int) -> NDArray[np.int32]:
    """K split into (K / 2, 2) at `axis`, an odd end filled up with zero."""
    moved = np.moveaxis(codes, axis, -1)
    if moved.shape[-1] % 2:
        moved = np.concatenate([moved, np.zeros_like(moved[..., :1])], axis=-1)
    paired = moved.reshape(*moved.shape[:-1], moved.shape[-1] // 2, 2)
    return paired if axis == -1 else np.moveaxis(paired, -3, -1)


def _may_saturate(right: NDArray[np.int32], peak: NDArray[np.int32] | np.int32) -> Any:
    """Weight pairs [..., K / 2, 2, N] whose sum may leave int16 for inputs within 0..peak."""
    highest = np.sum(np.maximum(right, 0) * peak, axis=-2)
    lowest = np.sum(np.minimum(right, 0) * peak, axis=-2)
    return (highest > _INT16.max) | (lowest < _INT16.min)


def _count(left: NDArray[np.int32], right: NDArray[np.int32], risky: Any) -> int:
    """Saturated sums of `left` [M, K / 2, 2] and `right` [K / 2, 2, N] at the `risky` pairs."""
    pairs, outputs = np.nonzero(risky)
    step = max(1, _BLOCK // max(1, left.shape[0]))
    total = 0
    for start in range(0, pairs.size, step):
        pair, output = pairs[start : start + step], outputs[start : start + step]
        weights = right[pair, :, output]
        sums = left[:, pair, 0] * weights[:, 0] + left[:, pair, 1] * weights[:, 1]
        total += int(np.count_nonzero((sums > _INT16.max) | (sums < _INT16.min)))
    return total
