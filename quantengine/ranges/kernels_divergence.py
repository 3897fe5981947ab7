"""Compiled loops of the divergence searches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled

Doubles = NDArray[np.float64]

KL, SYMMETRIC, JENSEN_SHANNON = 0, 1, 2
FLOOR = 1e-9
"""Share given to an empty bin, so that clipping costs much but not everything."""


@compiled
def _share_below(share: Doubles, at: float) -> float:
    """The cumulative share at a place counted in points, between two points in proportion."""
    place = int(at)
    if place >= share.size - 1:
        return float(share[-1])
    return float(share[place] + (at - place) * (share[place + 1] - share[place]))


@compiled
def _quantized_below(share: Doubles, at: float, step: float, steps: int) -> float:
    """Cumulative share after quantizing: each code's values lie evenly over its cell.

    `at` and `step` are counted in points; the last cell ends at its code, steps * step, and holds
    all that lies beyond.
    """
    if at >= steps * step:
        return 1.0
    code = np.floor(at / step + 0.5)
    start = max(code - 0.5, 0.0) * step
    below = _share_below(share, start)
    if code >= steps:
        end, above = steps * step, 1.0
    else:
        end = (code + 0.5) * step
        above = _share_below(share, end)
    return float(below + (above - below) * (at - start) / (end - start))


@compiled
def _divergence(p: float, q: float, metric: int) -> float:
    """One bin's part of D(P‖Q), of (D(P‖Q) + D(Q‖P)) / 2, or of the Jensen-Shannon divergence."""
    if metric == JENSEN_SHANNON:
        middle = 0.5 * (p + q)
        total = 0.5 * p * np.log(p / middle) if p > 0.0 else 0.0
        return total + (0.5 * q * np.log(q / middle) if q > 0.0 else 0.0)
    total = p * np.log(p / max(q, FLOOR)) if p > 0.0 else 0.0
    if metric == SYMMETRIC:
        total = 0.5 * (total + (q * np.log(q / max(p, FLOOR)) if q > 0.0 else 0.0))
    return total


@compiled
def divergences(share: Doubles, ratios: Doubles, steps: int, bins: int, metric: int) -> Doubles:
    """Divergence for each ratio, float64 `[ratios]`.

    `share` is the cumulative share at even points from 0 to twice the full range; a bin has
    (share.size - 1) / bins of them. A candidate's grid has `steps` steps from 0 to ratio times
    the full range.
    """
    points = (share.size - 1) // bins
    objective = np.zeros(ratios.size)
    for k in range(ratios.size):
        step = ratios[k] * 0.5 * (share.size - 1) / steps
        below, quantized = 0.0, 0.0
        for i in range(1, bins + 1):
            above = share[i * points]
            next_quantized = _quantized_below(share, float(i * points), step, steps)
            objective[k] += _divergence(above - below, next_quantized - quantized, metric)
            below, quantized = above, next_quantized
    return objective


@compiled
def merge_divergences(shares: Doubles, used: NDArray[np.int64], levels: int) -> Doubles:
    """D(P‖Q) for each number of bins in `used`, float64 `[used]`.

    Within a level Q is constant, so sums of the shares, of their p log p and of the filled bins
    up to each bin give a level in one step.
    """
    mass, own = np.zeros(shares.size + 1), np.zeros(shares.size + 1)
    filled = np.zeros(shares.size + 1)
    for i in range(shares.size):
        share = shares[i]
        mass[i + 1] = mass[i] + share
        own[i + 1] = own[i] + (share * np.log(share) if share > 0.0 else 0.0)
        filled[i + 1] = filled[i] + (1.0 if share > 0.0 else 0.0)
    objective = np.zeros(used.size)
    for k in range(used.size):
        size = used[k]
        parts = min(levels, size)
        outliers = 1.0 - mass[size]
        last = shares[size - 1] + outliers
        total = own[size - 1] + (last * np.log(last) if last > 0.0 else 0.0)
        start, level = 0, 0.0
        for part in range(1, parts + 1):
            end = part * size // parts
            inside = mass[end] - mass[start]
            if inside > 0.0:
                level = inside / (filled[end] - filled[start])
                total -= inside * np.log(level)
            start = end
        total += mass[size] * np.log(mass[size])
        level /= mass[size]
        total -= outliers * np.log(level if shares[size - 1] > 0.0 else FLOOR)
        objective[k] = total
    return objective
