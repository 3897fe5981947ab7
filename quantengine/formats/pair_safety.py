"""Weight scales at which sums of two uint8 times int8 products always fit int16."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_UINT8_MAX = 255
LARGEST_SUM = np.iinfo(np.int16).max // _UINT8_MAX


def pair_safe_scale(columns: NDArray[Any], scale: NDArray[Any]) -> NDArray[np.float64]:
    """The smallest scales at or above `scale` whose codes no uint8 input can saturate.

    `columns` `[..., K, N]` are real weights, neighbours along K being multiplied as pairs
    (VPMADDUBSW on x86 CPUs without VNNI); `scale` broadcasts against `[..., N]`. Two codes of one
    sign may add up to 128 at most, so only channels with large neighbours lose resolution, and
    less than the whole bit that 7-bit weights cost everywhere.
    """
    pairs = _pairs(np.asarray(columns, np.float64))
    safe = np.broadcast_to(np.asarray(scale, np.float64), pairs.shape[:-3] + pairs.shape[-1:])
    while True:
        worst = _worst_sums(pairs, safe)
        if scale.ndim == 0:
            worst = np.broadcast_to(worst.max(initial=0), worst.shape)
        if not np.any(worst > LARGEST_SUM):
            return safe if scale.ndim else safe.reshape(-1)[0]
        safe = np.where(worst > LARGEST_SUM, safe * worst / LARGEST_SUM, safe)


def _worst_sums(pairs: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    codes = np.clip(np.rint(pairs / scale[..., None, None, :]), -127, 127)
    positive = np.maximum(codes, 0).sum(axis=-2)
    negative = np.maximum(-codes, 0).sum(axis=-2)
    worst: NDArray[np.float64] = np.maximum(positive, negative).max(axis=-2, initial=0)
    return worst


def _pairs(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """`[..., K, N]` as `[..., K / 2, 2, N]`, an odd last row paired with zeros."""
    *lead, k, n = columns.shape
    even = np.concatenate([columns, np.zeros((*lead, k % 2, n))], axis=-2)
    return even.reshape(*lead, (k + 1) // 2, 2, n)
