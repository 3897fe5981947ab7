"""The int32 bias of an integer operator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quantengine.formats.encoding import Encoding

_LIMITS = np.iinfo(np.int32)


@dataclass(frozen=True, eq=False)
class BiasCodes:
    """Codes of a bias at scale s_x s_w (methods.md 3); `clipped` counts those int32 cut off."""

    codes: NDArray[np.int32]
    scale: NDArray[np.float32]
    clipped: int


def quantize_bias(bias: ArrayLike, x: Encoding, w: Encoding) -> BiasCodes:
    """Codes of `bias` `[C_out]` for a per-tensor input and a per-tensor or per-axis weight.

    A weight with fewer scales than C_out is that of a grouped ConvTranspose: every group has them.
    NaN, for which there is no code, becomes that of 0. Where the scales are so small that float32
    holds no product of them, all but 0 is cut off.
    """
    values = np.asarray(bias, np.float64)
    with np.errstate(all="ignore"):
        scale = np.asarray(x.scale * w.scale, np.float32)
        if scale.ndim:
            scale = np.tile(scale, np.size(bias) // scale.size)
        steps = np.rint(values / scale.astype(np.float64))
    steps = np.where(np.isnan(steps), 0.0, steps)
    held = np.clip(steps, _LIMITS.min, _LIMITS.max)
    return BiasCodes(held.astype(np.int32), scale, int(np.count_nonzero(held != steps)))


def least_weight_scale(bias: ArrayLike, x: Encoding, w: Encoding) -> NDArray[np.float64]:
    """The smallest scales of `w`, per tensor or per axis, at which `bias` fits half of int32."""
    with np.errstate(all="ignore"):
        needed = np.abs(np.asarray(bias, np.float64)) / (np.float64(x.scale) * (1 << 30))
    needed = np.where(np.isnan(needed), 0.0, needed)
    least = needed.reshape(-1, w.scale.size).max(axis=0, initial=0.0)
    return np.asarray(least).reshape(w.scale.shape)
