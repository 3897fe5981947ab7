"""A range whose larger side has one step more: the value farthest from zero takes the last code.

With n = 2^(b-1) the scale is m / n, m the size of that value; sides alike leave m / (n - 1), at 4
bits a seventh more. The zero point is the middle or the code below it, so that a writer that may
store a scale with a sign needs no zero points. Of each row the scale is then brought down, and
either side tried, where that lowers the squared error.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Doubles, RangeChoice, RangeSpec, least_of
from quantengine.ranges.grid import grids_of
from quantengine.ranges.measured import Bins, Measured, Rows

_SHARES = np.linspace(1.0, 0.68, 17)


def lopsided(stats: TensorStats, spec: RangeSpec, _: Mapping[str, float]) -> RangeChoice:
    """Of one tensor; where the grid must be symmetric, both sides are as long."""
    low, high = _ranges(Bins(stats.distribution), spec)
    return RangeChoice(float(low[0]), float(high[0]))


def lopsided_rows(rows: Rows, spec: RangeSpec, _: Mapping[str, float]) -> tuple[Doubles, Doubles]:
    """Of each row."""
    return _ranges(rows, spec)


def _ranges(seen: Measured, spec: RangeSpec) -> tuple[Doubles, Doubles]:
    """The side of the farthest value at its full scale is tried first: the error never exceeds
    that.
    """
    steps = max(spec.dtype.half_steps, 1)
    less = steps / (steps + 1)
    reach = np.maximum(-seen.low, seen.high)[:, None] * np.concatenate([_SHARES, _SHARES])
    below = np.repeat([[True, False]], _SHARES.size, axis=1)
    below = below == (seen.high <= -seen.low)[:, None]
    lows, highs = np.where(below, -reach, -reach * less), np.where(below, reach * less, reach)
    best = least_of(seen.errors(grids_of(lows, highs, spec), 2.0))[:, None]
    low, high = (np.take_along_axis(ends, best, 1)[:, 0] for ends in (lows, highs))
    return low, high
