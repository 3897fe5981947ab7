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


def pair_safe_columns(codes: NDArray[Any]) -> NDArray[Any]:
    """Codes `[..., K, N]` in which neighbours of one sign along K add up to what int16 holds.

    The larger of the two is drawn in.
    """
    pairs = _pairs(codes.astype(np.int32))
    same = np.sign(pairs).prod(axis=-2, keepdims=True) > 0
    excess = np.abs(pairs.sum(axis=-2, keepdims=True)) - LARGEST_SUM
    excess = np.where(same, np.maximum(excess, 0), 0)
    larger = np.argmax(np.abs(pairs), axis=-2, keepdims=True)
    drawn = np.take_along_axis(pairs, larger, -2)
    np.put_along_axis(pairs, larger, drawn - np.sign(drawn) * excess, -2)
    flat = pairs.reshape(*codes.shape[:-2], -1, codes.shape[-1])
    return np.asarray(flat[..., : codes.shape[-2], :].astype(codes.dtype))


def _worst_sums(pairs: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    codes = np.clip(np.rint(pairs / scale[..., None, None, :]), -127, 127)
    positive = np.maximum(codes, 0).sum(axis=-2)
    negative = np.maximum(-codes, 0).sum(axis=-2)
    worst: NDArray[np.float64] = np.maximum(positive, negative).max(axis=-2, initial=0)
    return worst


def _pairs(columns: NDArray[Any]) -> NDArray[Any]:
    """`[..., K, N]` as `[..., K / 2, 2, N]`, an odd last row paired with zeros."""
    *lead, k, n = columns.shape
    even = np.concatenate([columns, np.zeros((*lead, k % 2, n), columns.dtype)], axis=-2)
    return even.reshape(*lead, (k + 1) // 2, 2, n)
