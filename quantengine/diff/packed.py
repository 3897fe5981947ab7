"""Weights of MatMulNBits: codes of a few bits, packed in blocks for each column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.diff.coded import Coded, grid
from quantengine.formats.dtype import IntegerType
from quantengine.formats.granularity import PerBlock
from quantengine.graph.attributes import attribute

_MOST = 2**31
"""Values of one weight; what a file says of its sizes is not believed beyond that."""


def unpacked(node: onnx.NodeProto, array: Callable[[str], NDArray[Any] | None]) -> Coded | None:
    """Codes `[K, N]` with scales `[blocks, N]`; None where sizes contradict each other.

    Also where zero points are floats, which no grid of ours has. Layout: contributed operators of
    onnxruntime, MatMulNBits of version 1.
    """
    k, n, bits, size = (int(attribute(node, word, 0)) for word in ("K", "N", "bits", "block_size"))
    names = [*node.input, *[""] * 4]
    codes, scales = array(names[1]), array(names[2])
    zeros = array(names[3]) if names[3] else None
    if codes is None or scales is None or bits not in (2, 4, 8) or min(k, n, size) < 1:
        return None
    blocks = -(-k // size)
    if k * n > _MOST or codes.size != n * blocks * (size * bits // 8) or scales.size != n * blocks:
        return None
    values = _spread(codes.reshape(n, -1).astype(np.uint8), bits)[:, : blocks * size]
    if zeros is None:
        points = np.full((n, blocks), 1 << (bits - 1), np.int32)
    elif zeros.dtype.kind == "f" or zeros.size != n * -(-blocks * bits // 8):
        return None
    else:
        points = _spread(zeros.reshape(n, -1).astype(np.uint8), bits)[:, :blocks].astype(np.int32)
    values, points = _upright(values, points, scales.reshape(n, blocks) < 0, (1 << bits) - 1)
    made = grid(
        IntegerType(bits, signed=False),
        np.ascontiguousarray(np.abs(scales).reshape(n, blocks).T),
        np.ascontiguousarray(points.T),
        PerBlock(0, size),
    )
    if made is None:
        return None
    return Coded(names[1], made, np.ascontiguousarray(values[:, :k].T))


def _upright(
    codes: NDArray[np.uint8], points: NDArray[np.int32], below: NDArray[np.bool_], last: int
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Codes and zero points of blocks whose scale is below zero as those of its absolute value."""
    each = np.repeat(below, codes.shape[1] // below.shape[1], axis=1)
    return np.where(each, np.uint8(last) - codes, codes), np.where(below, last - points, points)


def _spread(packed: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """Codes `[rows, n]` of bytes `[rows, n * bits / 8]`, those in the low bits first."""
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    found = (packed[:, :, None] >> shifts) & np.uint8((1 << bits) - 1)
    return np.asarray(found.reshape(len(packed), -1), np.uint8)
