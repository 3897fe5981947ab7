"""The error of a quantizer on bins, in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled

Doubles = NDArray[np.float64]


@compiled
def noise(
    left: Doubles, right: Doubles, count: Doubles, scale: float, low: float, high: float
) -> tuple[float, float, float]:
    """Sums over the bins of squared error, of squares, and the number of clamped values."""
    lost, signal, clipped = 0.0, 0.0, 0.0
    for i in range(left.size):
        a, b, n = left[i], right[i], count[i]
        signal += n * (a * a + a * b + b * b) / 3.0
        if a == b:
            inside = min(max(a, low), high)
            t = a / scale
            error = scale * (t - np.rint(t)) if inside == a else a - inside
            lost += n * error * error
        else:
            lost += n * _bin_error(a, b, scale, low, high) / (b - a)
        clipped += n * _share_outside(a, b, low - scale / 2.0, high + scale / 2.0)
    return lost, signal, clipped


@compiled
def _bin_error(a: float, b: float, scale: float, low: float, high: float) -> float:
    """Integral of the squared error over [a, b]: below `low`, on the grid, above `high`."""
    total = 0.0
    if a < low:
        end = min(b, low)
        total += ((low - a) ** 3 - (low - end) ** 3) / 3.0
    if b > high:
        start = max(a, high)
        total += ((b - high) ** 3 - (start - high) ** 3) / 3.0
    start, end = max(a, low), min(b, high)
    if start < end:
        total += scale**3 * _rounding_error(start / scale, end / scale)
    return total


@compiled
def _rounding_error(start: float, end: float) -> float:
    """Integral of (t - round(t))^2, cell by cell so that narrow bins lose no digits."""
    first, last = float(np.rint(start)), float(np.rint(end))
    u, v = start - first, end - last
    if first == last:
        return (end - start) * (u * u + u * v + v * v) / 3.0
    return (0.125 - u * u * u) / 3.0 + (v * v * v + 0.125) / 3.0 + (last - first - 1.0) / 12.0


@compiled
def _share_outside(a: float, b: float, low: float, high: float) -> float:
    """Share of an even spread over [a, b] that lies outside [low, high]."""
    if a >= low and b <= high:
        return 0.0
    if a == b:
        return 1.0
    return min((max(low - a, 0.0) + max(b - high, 0.0)) / (b - a), 1.0)
