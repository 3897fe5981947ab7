"""The range under which most values lie near their code, and few may lie far: half-quadratic.

HQQ (Badri, Shaji 2023) minimizes sum |x - x̂|^p, p < 1, with errors e of their own: in turn
e = sign(d) max(|d| - |d|^(p - 1) / beta, 0) of d = x - x̂, and the grid that fits x - e best. Sizes
are in steps of the full range, so that `beta` means the same of every group, and the scale is
fitted as well as the zero point, which stays a code.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Doubles, RangeChoice, RangeSpec
from quantengine.ranges.grid import grids_of
from quantengine.ranges.measured import Bins, Rows

Floats = NDArray[np.float32]


def half_quadratic(
    stats: TensorStats, spec: RangeSpec, parameters: Mapping[str, float]
) -> RangeChoice:
    """Of one tensor: the middle of a bin stands for what lies in it."""
    seen = Bins(stats.distribution).searched
    middles = ((seen.left + seen.right) / 2).astype(np.float32)
    ends = np.array([stats.distribution.low]), np.array([stats.distribution.high])
    rows = Rows(middles, np.array([0, middles.size]), *ends)
    low, high = _ranges(rows, seen.count.astype(np.float32), spec, parameters)
    return RangeChoice(float(low[0]), float(high[0]))


def half_quadratic_rows(
    rows: Rows, spec: RangeSpec, parameters: Mapping[str, float]
) -> tuple[Doubles, Doubles]:
    """Of each row."""
    return _ranges(rows, np.zeros(0, np.float32), spec, parameters)


def _ranges(
    rows: Rows, counts: Floats, spec: RangeSpec, parameters: Mapping[str, float]
) -> tuple[Doubles, Doubles]:
    from quantengine.ranges.kernels_robust import robust_grids

    grids = grids_of(np.minimum(rows.low, 0.0), np.maximum(rows.high, 0.0), spec)
    numbers = np.array([parameters[name] for name in ("p", "beta", "growth", "iterations")])
    found = robust_grids(rows.values, counts, rows.starts, grids.packed, numbers, spec.symmetric)
    scale, low_step, high_step = found
    return scale * low_step, scale * high_step
