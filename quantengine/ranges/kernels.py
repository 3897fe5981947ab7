"""Compiled loops over the bins and spikes of a distribution.

A grid is scale * (low_step, ..., 0, ..., high_step). Real numbers are judged in units of the
scale, t = x / scale, where cells have width 1 and lie around whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled, reordered

Doubles = NDArray[np.float64]
Grid = tuple[float, float, float]
"""1 / scale, low_step, high_step."""


@reordered
def _code(t: float, low: float, high: float) -> float:
    code = np.rint(t)
    code = low if code < low else code
    return high if code > high else code


@reordered
def _edge_sum(edges: Doubles, grid: Grid, power: float) -> float:
    """Sum over edges of weight times the integral from 0 to t of |u - clamp(round(u))|^power du.

    A bin of density d adds weight d at its right edge and -d at its left one.
    """
    unit, low, high = grid
    cell = 2.0 * 0.5 ** (power + 1.0)
    total = 0.0
    if power == 2.0:
        for i in range(edges.shape[1]):
            t = edges[0, i] * unit
            code = _code(t, low, high)
            rest = t - code
            total += edges[1, i] * (code * cell + rest * rest * rest)
    elif power == 1.0:
        for i in range(edges.shape[1]):
            t = edges[0, i] * unit
            code = _code(t, low, high)
            rest = t - code
            total += edges[1, i] * (code * cell + rest * abs(rest))
    elif power == 3.0:
        for i in range(edges.shape[1]):
            t = edges[0, i] * unit
            code = _code(t, low, high)
            rest = t - code
            total += edges[1, i] * (code * cell + rest * rest * rest * abs(rest))
    else:
        for i in range(edges.shape[1]):
            t = edges[0, i] * unit
            code = _code(t, low, high)
            rest = t - code
            total += edges[1, i] * (code * cell + rest * abs(rest) ** power)
    return total / (power + 1.0)


@reordered
def _spike_sum(spikes: Doubles, grid: Grid, power: float) -> float:
    """Sum over exact values of count times |t - clamp(round(t))|^power."""
    unit, low, high = grid
    total = 0.0
    if power == 2.0:
        for i in range(spikes.shape[1]):
            t = spikes[0, i] * unit
            gap = t - _code(t, low, high)
            total += spikes[1, i] * gap * gap
    elif power == 1.0:
        for i in range(spikes.shape[1]):
            t = spikes[0, i] * unit
            total += spikes[1, i] * abs(t - _code(t, low, high))
    elif power == 3.0:
        for i in range(spikes.shape[1]):
            t = spikes[0, i] * unit
            gap = abs(t - _code(t, low, high))
            total += spikes[1, i] * gap * gap * gap
    else:
        for i in range(spikes.shape[1]):
            t = spikes[0, i] * unit
            total += spikes[1, i] * abs(t - _code(t, low, high)) ** power
    return total


@compiled
def bin_errors(edges: Doubles, spikes: Doubles, grids: Doubles, power: float) -> Doubles:
    """Sum of |x - x̂|^power for each grid, float64 `[k]`.

    edges `[2, m]`: place and weight; spikes `[2, n]`: value and count; grids `[3, k]`: scale,
    low_step and high_step.
    """
    errors = np.zeros(grids.shape[1])
    for k in range(errors.size):
        scale = grids[0, k]
        grid = (1.0 / scale, grids[1, k], grids[2, k])
        inside = _edge_sum(edges, grid, power) * scale
        errors[k] = max(inside + _spike_sum(spikes, grid, power), 0.0) * scale**power
    return errors


@reordered
def _edge_products(edges: Doubles, grid: Grid) -> tuple[float, float]:
    """Sums over edges of weight times the integrals from 0 to t of q u du and of q^2 du."""
    unit, low, high = grid
    product, square = 0.0, 0.0
    for i in range(edges.shape[1]):
        t = edges[0, i] * unit
        code = abs(_code(t, low, high))
        below = (code - 1.0) * code * (2.0 * code - 1.0) / 6.0
        size, start = abs(t), code - 0.5
        weight = edges[1, i] if t >= 0.0 else -edges[1, i]
        product += weight * (below + code * (size * size - start * start) / 2.0)
        square += weight * (below + code * code * (size - start))
    return product, square


@reordered
def _spike_products(spikes: Doubles, grid: Grid) -> tuple[float, float]:
    """Sums over exact values of count times q t and q^2."""
    unit, low, high = grid
    product, square = 0.0, 0.0
    for i in range(spikes.shape[1]):
        t = spikes[0, i] * unit
        code = _code(t, low, high)
        product += spikes[1, i] * code * t
        square += spikes[1, i] * code * code
    return product, square


@compiled
def bin_products(edges: Doubles, spikes: Doubles, grids: Doubles) -> Doubles:
    """Sums of q x and of q^2 for each grid, float64 `[2, k]`; arrays as in `bin_errors`."""
    sums = np.zeros((2, grids.shape[1]))
    for k in range(grids.shape[1]):
        scale = grids[0, k]
        grid = (1.0 / scale, grids[1, k], grids[2, k])
        product, square = _edge_products(edges, grid)
        spike_product, spike_square = _spike_products(spikes, grid)
        sums[0, k] = (product * scale + spike_product) * scale
        sums[1, k] = square * scale + spike_square
    return sums
