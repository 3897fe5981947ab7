"""Compiled loops over rows of values: weights per channel or per block.

Values are summed in single precision, which fills the vectors, block by block, then in double.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled, reordered

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Grid = tuple[np.float32, np.float32, np.float32]
"""1 / scale, low_step, high_step."""

_BLOCK = 4096


@reordered
def _part_error(part: Floats, grid: Grid, power: float) -> float:
    """Sum of |t - clamp(round(t))|^power, t = x / scale."""
    unit, low, high = grid
    total = np.float32(0.0)
    if power == 2.0:
        for i in range(part.size):
            t = part[i] * unit
            code = np.rint(t)
            code = low if code < low else code
            gap = t - (high if code > high else code)
            total += gap * gap
    elif power == 1.0:
        for i in range(part.size):
            t = part[i] * unit
            code = np.rint(t)
            code = low if code < low else code
            total += abs(t - (high if code > high else code))
    elif power == 3.0:
        for i in range(part.size):
            t = part[i] * unit
            code = np.rint(t)
            code = low if code < low else code
            gap = abs(t - (high if code > high else code))
            total += gap * gap * gap
    else:
        for i in range(part.size):
            t = part[i] * unit
            code = np.rint(t)
            code = low if code < low else code
            total += abs(t - (high if code > high else code)) ** np.float32(power)
    return float(total)


@reordered
def _part_products(part: Floats, grid: Grid) -> tuple[float, float]:
    """Sums of q t and of q^2, t = x / scale, q = clamp(round(t))."""
    unit, low, high = grid
    product, square = np.float32(0.0), np.float32(0.0)
    for i in range(part.size):
        t = part[i] * unit
        code = np.rint(t)
        code = low if code < low else code
        code = high if code > high else code
        product += code * t
        square += code * code
    return float(product), float(square)


@compiled
def value_errors(
    values: Floats, starts: NDArray[np.int64], grids: Doubles, power: float
) -> Doubles:
    """Sum of |x - x̂|^power in units of the scale for rows of values, float64 `[rows, k]`.

    Row r is values[starts[r]:starts[r + 1]]. grids `[3, rows, k]`: scale, low_step, high_step.
    """
    errors = np.zeros((grids.shape[1], grids.shape[2]))
    for row in range(grids.shape[1]):
        for start in range(starts[row], starts[row + 1], _BLOCK):
            part = values[start : min(start + _BLOCK, starts[row + 1])]
            for k in range(grids.shape[2]):
                unit = np.float32(1.0 / grids[0, row, k])
                grid = (unit, np.float32(grids[1, row, k]), np.float32(grids[2, row, k]))
                errors[row, k] += _part_error(part, grid, power)
    return errors


@compiled
def value_products(values: Floats, starts: NDArray[np.int64], grids: Doubles) -> Doubles:
    """Sums of q x and of q^2 for rows of values and grids `[3, rows]`, float64 `[2, rows]`."""
    sums = np.zeros((2, grids.shape[1]))
    for row in range(grids.shape[1]):
        scale = grids[0, row]
        grid = (np.float32(1.0 / scale), np.float32(grids[1, row]), np.float32(grids[2, row]))
        for start in range(starts[row], starts[row + 1], _BLOCK):
            part = values[start : min(start + _BLOCK, starts[row + 1])]
            product, square = _part_products(part, grid)
            sums[0, row] += product * scale
            sums[1, row] += square
    return sums


@reordered
def row_moments(values: Floats, starts: NDArray[np.int64]) -> Doubles:
    """Mean and mean squared distance from it for rows of values, float64 `[2, rows]`."""
    moments = np.zeros((2, starts.size - 1))
    for row in range(starts.size - 1):
        part = values[starts[row] : starts[row + 1]]
        total, square = 0.0, 0.0
        for i in range(part.size):
            total += np.float64(part[i])
        mean = total / part.size
        for i in range(part.size):
            gap = np.float64(part[i]) - mean
            square += gap * gap
        moments[0, row], moments[1, row] = mean, square / part.size
    return moments
