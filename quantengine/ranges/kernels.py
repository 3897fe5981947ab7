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
    return base**power


@compiled
def _error_integral(t: float, low_step: float, high_step: float, power: float) -> float:
    """Integral from 0 to t of (power + 1) |u - clamp(round(u))|^power du."""
    whole = min(max(np.rint(t), low_step), high_step)
    rest = t - whole
    inside = 2.0 * whole * 0.5 ** (power + 1.0)
    if rest < 0.0:
        return inside - _raise(-rest, power + 1.0)
    return inside + _raise(rest, power + 1.0)


@compiled
def bin_errors(
    left: Doubles,
    right: Doubles,
    count: Doubles,
    scale: Doubles,
    low_step: Doubles,
    high_step: Doubles,
    power: float,
) -> Doubles:
    """Sum of |x - x̂|^power over bins `[n]` for each of the grids `[k]`; float64 `[k]`."""
    errors = np.zeros(scale.size)
    for k in range(scale.size):
        unit = 1.0 / scale[k]
        low, high = low_step[k], high_step[k]
        total = 0.0
        edge, edge_value = np.nan, 0.0
        for i in range(left.size):
            start, end = left[i] * unit, right[i] * unit
            if end - start < _NARROW:
                middle = 0.5 * (start + end)
                gap = abs(middle - min(max(np.rint(middle), low), high))
                total += count[i] * _raise(gap, power)
                continue
            if start != edge:
                edge_value = _error_integral(start, low, high, power)
            end_value = _error_integral(end, low, high, power)
            total += count[i] * (end_value - edge_value) / ((end - start) * (power + 1.0))
            edge, edge_value = end, end_value
        errors[k] = total * scale[k] ** power
    return errors


@compiled
def _code_integrals(t: float, low_step: float, high_step: float) -> tuple[float, float]:
    """Integrals from 0 to t of q u du and of q^2 du, q = clamp(round(u))."""
    code = abs(min(max(np.rint(t), low_step), high_step))
    below = (code - 1.0) * code * (2.0 * code - 1.0) / 6.0
    size, start = abs(t), code - 0.5
    product = below + code * (size * size - start * start) / 2.0
    square = below + code * code * (size - start)
    if t < 0.0:
        return -product, -square
    return product, square


@compiled
def bin_products(
    left: Doubles,
    right: Doubles,
    count: Doubles,
    scale: Doubles,
    low_step: Doubles,
    high_step: Doubles,
) -> tuple[Doubles, Doubles]:
    """Sums of q x and of q^2 over bins `[n]` for each of the grids `[k]`; two float64 `[k]`."""
    products, squares = np.zeros(scale.size), np.zeros(scale.size)
    for k in range(scale.size):
        unit = 1.0 / scale[k]
        low, high = low_step[k], high_step[k]
        for i in range(left.size):
            start, end = left[i] * unit, right[i] * unit
            if end - start < _NARROW:
                middle = 0.5 * (start + end)
                code = min(max(np.rint(middle), low), high)
                products[k] += count[i] * code * middle
                squares[k] += count[i] * code * code
                continue
            start_product, start_square = _code_integrals(start, low, high)
            end_product, end_square = _code_integrals(end, low, high)
            products[k] += count[i] * (end_product - start_product) / (end - start)
            squares[k] += count[i] * (end_square - start_square) / (end - start)
        products[k] *= scale[k]
    return products, squares


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
    values: NDArray[np.float32],
    starts: NDArray[np.int64],
    scale: Doubles,
    low_step: Doubles,
    high_step: Doubles,
    power: float,
) -> Doubles:
    """Sum of |x - x̂|^power for rows of values and grids `[rows, k]`; float64 `[rows, k]`.

    Row r is values[starts[r]:starts[r + 1]].
    """
    errors = np.zeros(scale.shape)
    for row in range(scale.shape[0]):
        for k in range(scale.shape[1]):
            unit = np.float32(1.0 / scale[row, k])
            low, high = np.float32(low_step[row, k]), np.float32(high_step[row, k])
            for start in range(starts[row], starts[row + 1], _BLOCK):
                part = values[start : min(start + _BLOCK, starts[row + 1])]
                errors[row, k] += _part_error(part, unit, low, high, power)
            errors[row, k] *= scale[row, k] ** power
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
    values: NDArray[np.float32],
    starts: NDArray[np.int64],
    scale: Doubles,
    low_step: Doubles,
    high_step: Doubles,
) -> tuple[Doubles, Doubles]:
    """Sums of q x and of q^2 for rows of values and grids `[rows]`; two float64 `[rows]`."""
    products, squares = np.zeros(scale.size), np.zeros(scale.size)
    for row in range(scale.size):
        unit = np.float32(1.0 / scale[row])
        low, high = np.float32(low_step[row]), np.float32(high_step[row])
        for start in range(starts[row], starts[row + 1], _BLOCK):
            part = values[start : min(start + _BLOCK, starts[row + 1])]
            product, square = _part_products(part, unit, low, high)
            products[row] += product * scale[row]
            squares[row] += square
    return products, squares
