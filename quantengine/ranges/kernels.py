"""Compiled loops of the range searches.

A grid is scale * (low_step, ..., 0, ..., high_step). Real numbers are judged in units of the
scale, t = x / scale, where cells have width 1 and lie around whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled, reordered

Doubles = NDArray[np.float64]

_NARROW = 1e-6  # bins narrower than this share of a step count as spikes: no cancellation
_BLOCK = 4096  # values summed in single precision, which fills the vectors, before double


@compiled
def _raise(base: float, power: float) -> float:
    """base ** power for base >= 0; the whole powers in use cost no call."""
    if power == 2.0:
        return base * base
    if power == 3.0:
        return base * base * base
    if power == 1.0:
        return base
    if power == 4.0:
        return base * base * base * base
    return float(base**power)


@compiled
def _error_integral(t: float, low: float, high: float, power: float, cell: float) -> float:
    """Integral from 0 to t of power |u - clamp(round(u))|^(power - 1) du; `cell` is one cell's."""
    code = min(max(np.rint(t), low), high)
    rest = t - code
    if rest < 0.0:
        return float(code * cell - _raise(-rest, power))
    return float(code * cell + _raise(rest, power))


@compiled
def bin_errors(bins: Doubles, grids: Doubles, power: float) -> Doubles:
    """Sum of |x - x̂|^power for each grid, float64 `[k]`.

    bins `[3, n]`: left, right and count. grids `[3, k]`: scale, low_step and high_step.
    """
    left, right, count = bins
    errors = np.zeros(grids.shape[1])
    cell = 2.0 * 0.5 ** (power + 1.0)
    for k in range(errors.size):
        scale, low, high = grids[0, k], grids[1, k], grids[2, k]
        unit = 1.0 / scale
        edge, edge_value = np.nan, 0.0
        for i in range(left.size):
            start, end = left[i] * unit, right[i] * unit
            if end - start < _NARROW:
                middle = 0.5 * (start + end)
                gap = abs(middle - min(max(np.rint(middle), low), high))
                errors[k] += count[i] * _raise(gap, power)
                continue
            if start != edge:
                edge_value = _error_integral(start, low, high, power + 1.0, cell)
            end_value = _error_integral(end, low, high, power + 1.0, cell)
            errors[k] += count[i] * (end_value - edge_value) / ((end - start) * (power + 1.0))
            edge, edge_value = end, end_value
        errors[k] *= scale**power
    return errors


@compiled
def _code_integrals(t: float, low: float, high: float) -> tuple[float, float]:
    """Integrals from 0 to t of q u du and of q^2 du, q = clamp(round(u))."""
    code = abs(min(max(np.rint(t), low), high))
    below = (code - 1.0) * code * (2.0 * code - 1.0) / 6.0
    size, start = abs(t), code - 0.5
    product = below + code * (size * size - start * start) / 2.0
    square = below + code * code * (size - start)
    if t < 0.0:
        return -product, -square
    return product, square


@compiled
def bin_products(bins: Doubles, grids: Doubles) -> Doubles:
    """Sums of q x and of q^2 for each grid, float64 `[2, k]`; arrays as in `bin_errors`."""
    left, right, count = bins
    sums = np.zeros((2, grids.shape[1]))
    for k in range(grids.shape[1]):
        scale, low, high = grids[0, k], grids[1, k], grids[2, k]
        for i in range(left.size):
            start, end = left[i] / scale, right[i] / scale
            if end - start < _NARROW:
                middle = 0.5 * (start + end)
                code = min(max(np.rint(middle), low), high)
                product, square = code * middle, code * code
            else:
                product, square = _code_integrals(end, low, high)
                product_before, square_before = _code_integrals(start, low, high)
                product = (product - product_before) / (end - start)
                square = (square - square_before) / (end - start)
            sums[0, k] += count[i] * product * scale
            sums[1, k] += count[i] * square
    return sums


@reordered
def _part_error(
    part: NDArray[np.float32], unit: np.float32, low: np.float32, high: np.float32, power: float
) -> float:
    """Sum of |t - clamp(round(t))|^power, t = x unit."""
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
            gap = abs(t - (high if code > high else code))
            total += gap ** np.float32(power)
    return float(total)


@compiled
def value_errors(
    values: NDArray[np.float32], starts: NDArray[np.int64], grids: Doubles, power: float
) -> Doubles:
    """Sum of |x - x̂|^power for rows of values, float64 `[rows, k]`.

    Row r is values[starts[r]:starts[r + 1]]. grids `[3, rows, k]`: scale, low_step, high_step.
    """
    errors = np.zeros((grids.shape[1], grids.shape[2]))
    for row in range(grids.shape[1]):
        for k in range(grids.shape[2]):
            unit = np.float32(1.0 / grids[0, row, k])
            low, high = np.float32(grids[1, row, k]), np.float32(grids[2, row, k])
            for start in range(starts[row], starts[row + 1], _BLOCK):
                part = values[start : min(start + _BLOCK, starts[row + 1])]
                errors[row, k] += _part_error(part, unit, low, high, power)
            errors[row, k] *= grids[0, row, k] ** power
    return errors


@reordered
def _part_products(
    part: NDArray[np.float32], unit: np.float32, low: np.float32, high: np.float32
) -> tuple[float, float]:
    """Sums of q t and of q^2, t = x unit, q = clamp(round(t))."""
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
def value_products(
    values: NDArray[np.float32], starts: NDArray[np.int64], grids: Doubles
) -> Doubles:
    """Sums of q x and of q^2 for rows of values and grids `[3, rows]`, float64 `[2, rows]`."""
    sums = np.zeros((2, grids.shape[1]))
    for row in range(grids.shape[1]):
        unit = np.float32(1.0 / grids[0, row])
        low, high = np.float32(grids[1, row]), np.float32(grids[2, row])
        for start in range(starts[row], starts[row + 1], _BLOCK):
            part = values[start : min(start + _BLOCK, starts[row + 1])]
            product, square = _part_products(part, unit, low, high)
            sums[0, row] += product * grids[0, row]
            sums[1, row] += square
    return sums
