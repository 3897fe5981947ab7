"""The observed tensors of one sample, side by side in one buffer."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.tap import Tap

Shape = tuple[int, ...]

_ALIGNED = 16
"""Tensors start at multiples of so many floats: a cache line."""


class Block:
    """A float32 buffer with a view for each tap, so that one kernel call observes them all.

    layout int64 `[taps, 5]`: start, outer, channels, inner, first channel.
    """

    def __init__(self, taps: Sequence[Tap], shapes: Sequence[Shape]) -> None:
        self.shapes = tuple(shapes)
        rows, start, channel = [], 0, 0
        for tap, shape in zip(taps, shapes, strict=True):
            outer, channels, inner = _around(shape, tap.channel_axis)
            rows.append((start, outer, channels, inner, channel))
            start += -(-outer * channels * inner // _ALIGNED) * _ALIGNED
            channel += channels
        self.layout = np.array(rows, np.int64).reshape(-1, 5)
        self.largest = max(map(prod, self.shapes), default=0)
        self.buffer = np.empty(start + _ALIGNED, np.float32)
        self.views = [
            self.buffer[row[0] : row[0] + prod(shape)].reshape(shape)
            for row, shape in zip(rows, self.shapes, strict=True)
        ]

    def fill(self, arrays: Sequence[NDArray[Any]]) -> None:
        """Copies the tensors in, as float32."""
        for view, array in zip(self.views, arrays, strict=True):
            with np.errstate(over="ignore", invalid="ignore"):
                view[...] = array


def _around(shape: Shape, axis: int | None) -> Shape:
    """Sizes before, along and after the channel axis; one channel where there is no such axis."""
    if axis is None or not -len(shape) <= axis < len(shape):
        return 1, 1, prod(shape)
    axis %= len(shape)
    return prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :])
