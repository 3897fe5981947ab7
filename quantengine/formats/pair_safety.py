"""Weight codes of which sums of two products with uint8 always fit int16."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_UINT8_MAX = 255
LARGEST_SUM = np.iinfo(np.int16).max // _UINT8_MAX


def worst_pair_sums(columns: NDArray[Any]) -> NDArray[np.int64]:
    """The largest sum of two neighbouring codes of one sign in each column, as `[..., N]`.

    `columns` `[..., K, N]` are codes as they are stored, neighbours along K being multiplied as
    pairs (VPMADDUBSW on x86 CPUs without VNNI); their zero point is dealt with afterwards and does
    not make them smaller. Above `LARGEST_SUM` some uint8 input saturates them.
    """
    pairs = _pairs(np.asarray(columns, np.int64))
    sums = [np.maximum(sign * pairs, 0).sum(axis=-2) for sign in (1, -1)]
    worst: NDArray[np.int64] = np.maximum(*sums).max(axis=-2, initial=0)
    return worst


def pair_safe_columns(codes: NDArray[Any]) -> NDArray[Any]:
    """Codes `[..., K, N]` in which neighbours of one sign along K add up to what int16 holds.

    The larger of the two is drawn in. Codes are those that are stored, whatever their zero point.
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


def _pairs(columns: NDArray[Any]) -> NDArray[Any]:
    """`[..., K, N]` as `[..., K / 2, 2, N]`, an odd last row paired with zeros."""
    *lead, k, n = columns.shape
    even = np.concatenate([columns, np.zeros((*lead, k % 2, n), columns.dtype)], axis=-2)
    return even.reshape(*lead, (k + 1) // 2, 2, n)
