"""A distribution with no more bins than a search can use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.distribution import Distribution
from quantengine.ranges.choice import Doubles

_BITS = np.array([9, 9, 8, 8, 7, 7, 7, 7, 7, 7, 6, 5, 4, 3, 2, 1, 0])
"""Bits of mantissa kept in each octave, counted down from that of the largest size. Where a grid
ends its step must span bins, so the top is kept whole; far below, bins 2^-16 of the range will do.
Measured on mobilenetv2: searches take a third of the time and lose less than 0.01 dB."""


def thinned(full: Distribution) -> Distribution:
    """The same values in wider bins where they are small beside the largest; spikes stay."""
    spikes = full.left == full.right
    if spikes.all():
        return full
    near = np.where(full.left >= 0, full.left, -full.right)
    first = np.concatenate(([True], _changes(_cells(near), spikes, full.left >= 0)))
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], first.size) - 1
    return Distribution(full.left[starts], full.right[ends], np.add.reduceat(full.count, starts))


def _cells(near: Doubles) -> Doubles:
    """Where the wider bin begins, counted from zero, that holds sizes from `near` on."""
    octave = np.where(near > 0, np.frexp(near)[1], np.iinfo(np.int32).min // 2)
    depth = octave.max() - octave
    width = np.ldexp(1.0, octave - 1 - _BITS[np.minimum(depth, _BITS.size - 1)])
    width = np.maximum(width, np.ldexp(1.0, int(octave.max()) - _BITS.size))
    return np.asarray(np.floor(near / width) * width)


def _changes(
    cells: Doubles, spikes: NDArray[np.bool_], positive: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether each bin but the first is another cell than the one before, or a spike."""
    alone = spikes[1:] | spikes[:-1]
    return np.asarray(alone | (cells[1:] != cells[:-1]) | (positive[1:] != positive[:-1]))
