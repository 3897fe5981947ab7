"""The observed tensors of one sample, side by side in one buffer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    layout int64 `[taps, 5]`: start, outer, channels, inner, first channel. `room`: memory for
    `floats_needed` values to use instead of fresh.
    """

    def __init__(
        self,
        taps: Sequence[Tap],
        shapes: Sequence[Shape],
        room: NDArray[np.float32] | None = None,
    ) -> None:
        self.shapes = tuple(shapes)
        self.layout, size = _laid_out(taps, shapes)
        self.largest = max(map(prod, self.shapes), default=0)
        self.buffer = np.empty(size, np.float32) if room is None else room[:size]
        self.views = [
            self.buffer[row[0] : row[0] + prod(shape)].reshape(shape)
            for row, shape in zip(self.layout, self.shapes, strict=True)
        ]

    def fill(self, arrays: Iterable[NDArray[Any]]) -> None:
        """Copies the tensors in, as float32; none is held on to."""
        for view, array in zip(self.views, arrays, strict=True):
            with np.errstate(over="ignore", invalid="ignore"):
                view[...] = array


def floats_needed(taps: Sequence[Tap], shapes: Sequence[Shape]) -> int:
    """Size of the buffer of a block."""
    return _laid_out(taps, shapes)[1]


def _laid_out(taps: Sequence[Tap], shapes: Sequence[Shape]) -> tuple[NDArray[np.int64], int]:
    rows, start, channel = [], 0, 0
    for tap, shape in zip(taps, shapes, strict=True):
        outer, channels, inner = _around(shape, tap.channel_axis)
        rows.append((start, outer, channels, inner, channel))
        start += -(-outer * channels * inner // _ALIGNED) * _ALIGNED
        channel += channels
    return np.array(rows, np.int64).reshape(-1, 5), start + _ALIGNED


def _around(shape: Shape, axis: int | None) -> Shape:
    """Sizes before, along and after the channel axis; one channel where there is no such axis."""
    if axis is None or not -len(shape) <= axis < len(shape):
        return 1, 1, prod(shape)
    axis %= len(shape)
    return prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :])
