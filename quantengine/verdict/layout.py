"""How the values of an output are cut into slices of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.graph.channel_moves import Channels
from quantengine.verdict.sums import SENTINEL, Edges, Floats

Array = NDArray[Any]

_ALIKE = 16.0
"""Neighbouring channels whose RMS differ by more are of different kind."""
_FEWEST = 8
"""Values a channel needs for its RMS to say something."""
_MOST_SLICES = 32
"""More runs of channels than this are no kinds: the channels are taken together."""
_WIDE = 16
"""Runs of so many channels on both sides of one make it an outlier, not a kind of its own."""
_SILENT = 1e-6
"""Of the loudest channel: what is no louder is like any."""
_LOOKED_AT = 1 << 18
_SOMETHING = 0.05
"""A share of this size is what somebody looks for."""


@dataclass(frozen=True)
class Slice:
    """Channels from `first` to `last`; `low` and `high`: 1 to 99 % of what the float network gives.

    `shares`: its values lie in 0..1 and some are no nothing.
    """

    first: int
    last: int
    low: float = -np.inf
    high: float = np.inf
    shares: bool = False


@dataclass(frozen=True)
class Layout:
    """The slices of an output along `axis`; None: the output is one slice, whatever its shape."""

    axis: int | None = None
    slices: tuple[Slice, ...] = (Slice(0, 0),)

    def flat(self, values: Array, read: Array) -> tuple[Floats, Edges]:
        """`read`, what is left of `values` without padding, `[outer, n]`, and where n is cut.

        One slice where the shape is not the one the layout was made for.
        """
        axis = None if self.axis is None else self.axis - (values.ndim - read.ndim)
        size = self.slices[-1].last + 1
        fits = axis is not None and 0 <= axis < read.ndim and read.shape[axis] == size
        floats = np.ascontiguousarray(read, np.float32)
        if axis is None or not fits:
            return floats.reshape(1, -1), np.array([0, floats.size], np.int64)
        inner = prod(read.shape[axis + 1 :])
        ends = [0, *((each.last + 1) * inner for each in self.slices)]
        return floats.reshape(-1, size * inner), np.array(ends, np.int64)


WHOLE = Layout()


def layout_of(channels: Channels | None, values: Sequence[Array], reads: Sequence[Array]) -> Layout:
    """The slices of float `values` of some samples, of which `reads` are left without padding.

    Parts that the graph joins; else runs of neighbouring channels whose RMS lies within 16 times.
    """
    shape = values[0].shape if values else ()
    axis = _guessed(len(shape)) if channels is None else channels.axis
    if axis is None or axis >= len(shape) or len({v.shape[axis : axis + 1] for v in values}) != 1:
        return WHOLE
    rows = [_by_channel(v, r, axis) for v, r in zip(values, reads, strict=True)]
    if not all(row.size and row.shape[1] == shape[axis] for row in rows):
        return WHOLE
    sizes = channels.parts if channels is not None else ()
    if sum(sizes) != shape[axis]:
        sizes = _runs(rows, classes=len(shape) == 2)
    ends = np.cumsum(sizes)
    slices = [
        _looked_at(int(end - size), int(end) - 1, rows)
        for size, end in zip(sizes, ends, strict=True)
    ]
    return Layout(axis, tuple(slices))


def _guessed(rank: int) -> int | None:
    """Where channels lie as a rule, where the graph does not tell it."""
    return None if rank < 2 else 2 if rank == 3 else 1


def _by_channel(values: Array, read: Array, axis: int) -> Array:
    """`[outer, channels, inner]` of what is read; empty where the axis is gone with the padding."""
    left = axis - (values.ndim - read.ndim)
    if not 0 <= left < read.ndim:
        return np.zeros((0, 0, 0))
    shape = read.shape
    floats = read.astype(np.float32, copy=False)
    return floats.reshape(prod(shape[:left]), shape[left], prod(shape[left + 1 :]))


def _runs(rows: Sequence[Array], *, classes: bool) -> tuple[int, ...]:
    """How many channels lie in each run; all in one where they are shares of one whole."""
    count = rows[0].shape[1]
    seen = sum(row.shape[0] * row.shape[2] for row in rows)
    if seen < _FEWEST or (classes and all(_are_shares(row) for row in rows)):
        return (count,)
    squares = sum(np.square(_numbers(row), dtype=np.float64).sum(axis=(0, 2)) for row in rows)
    levels = np.sqrt(np.asarray(squares) / seen)
    levels = np.where(levels > _SILENT * levels.max(initial=0.0), levels, 0.0)
    sizes = _without_lone_peaks(levels, _alike(levels))
    return tuple(sizes) if len(sizes) <= _MOST_SLICES else (count,)


def _alike(levels: NDArray[np.float64]) -> list[int]:
    """The sizes of runs of neighbours that lie within 16 times of each other; 0 is like any."""
    sizes, low, high = [0], np.inf, 0.0
    for level in levels:
        lower, higher = (min(low, level), max(high, level)) if level > 0 else (low, high)
        if higher > _ALIKE * lower:
            sizes.append(0)
            lower = higher = float(level)
        sizes[-1] += 1
        low, high = lower, higher
    return sizes


def _without_lone_peaks(levels: NDArray[np.float64], sizes: list[int]) -> list[int]:
    """With single channels that only stand out of a wide run, as embeddings have them, in it."""
    place = 1
    while place < len(sizes) - 1:
        start = sum(sizes[: place - 1])
        first, lone, second = sizes[place - 1 : place + 2]
        around = np.delete(levels[start : start + first + lone + second], first)
        peak = lone == 1 and levels[start + first] > around.max()
        if peak and min(first, second) >= _WIDE and len(_alike(around)) == 1:
            sizes = [*sizes[: place - 1], first + lone + second, *sizes[place + 2 :]]
        else:
            place += 1
    return sizes


def _are_shares(values: Array) -> bool:
    return bool(np.all((values >= 0) & (values <= 1)))


def _numbers(values: Array) -> Array:
    return np.where(np.abs(values) < SENTINEL, values, 0)


def _looked_at(first: int, last: int, rows: Sequence[Array]) -> Slice:
    parts = [row[:, first : last + 1].reshape(-1) for row in rows]
    step = max(1, sum(part.size for part in parts) // _LOOKED_AT)
    values = np.concatenate([part[::step] for part in parts])
    values = values[np.isfinite(values) & (np.abs(values) < SENTINEL)]
    if not values.size:
        return Slice(first, last)
    low, high = np.quantile(values, (0.01, 0.99))
    reaches = max(float(np.max(part, initial=0)) for part in parts) >= _SOMETHING
    shares = reaches and all(_are_shares(part) for part in parts)
    return Slice(first, last, float(low), float(high), shares)
