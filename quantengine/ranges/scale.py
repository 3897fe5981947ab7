"""The scale of least squared error, L(s) = sum (s q - x)^2 / 2, by three ways of descent.

All start from the best of a ladder of scales, because L has many small valleys. The zero point
stays that of the full range. Source: the ADMM, gradient and golden-section searches of MNN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quantengine.ranges.choice import Doubles, RangeSpec, least_of
from quantengine.ranges.grid import Grids, grids_of
from quantengine.ranges.measured import Measured

_GOLDEN = float((np.sqrt(5.0) - 1.0) / 2.0)
_NARROWEST = 0.004


@dataclass(frozen=True, eq=False)
class Ladder:
    """Scales tried, float64 `[rows, k]`, and their squared errors.

    `full` is the grid of the full range, `best` `[rows]` the scale of least error, and `reach` the
    ratio to its nearest neighbours.
    """

    full: Grids
    scales: Doubles
    errors: Doubles
    reach: float

    @property
    def best(self) -> Doubles:
        where = least_of(self.errors)[:, None]
        return np.take_along_axis(self.scales, where, 1)[:, 0]


Descent = Callable[[Measured, Ladder, int], Doubles]


def climb(measured: Measured, spec: RangeSpec, rungs: int, near: int) -> Ladder:
    """Tries `rungs` scales from that of the full range down, then `near` around the best."""
    full = grids_of(measured.low, measured.high, spec)
    scales = full.scale[:, None] * np.geomspace(1.0, _NARROWEST, rungs)
    ladder = Ladder(full, scales, measured.errors(full.rescaled(scales), 2.0), 1.0)
    step = _NARROWEST ** (-1.0 / (rungs - 1))
    around = ladder.best[:, None] * np.geomspace(1.0 / step, step, near)
    errors = measured.errors(full.rescaled(around), 2.0)
    return Ladder(
        full,
        np.concatenate((scales, around), axis=1),
        np.concatenate((ladder.errors, errors), axis=1),
        float(step ** (2.0 / (near - 1))),
    )


def admm(measured: Measured, ladder: Ladder, iterations: int) -> Doubles:
    """Alternates q = clip([x / s]) and s = sum q x / sum q^2 until s settles."""
    scale = ladder.best
    for _ in range(iterations):
        product, square = measured.products(ladder.full.rescaled(scale))
        moved = np.where(product > 0, product, scale) / np.where(product > 0, square, 1.0)
        settled = bool(np.all(np.abs(moved - scale) <= 1e-6 * scale))
        scale = moved
        if settled:
            break
    return scale


def gradient(measured: Measured, ladder: Ladder, iterations: int) -> Doubles:
    """Descends along dL/ds = sum (s q - x) q with q held; the step grows while L falls."""
    scale, rate = ladder.best, np.ones(len(ladder.scales))
    sums = measured.products(ladder.full.rescaled(scale))
    for _ in range(iterations):
        slope = (scale * sums[1] - sums[0]) / np.maximum(sums[1], 1.0)
        moved = np.maximum(scale - rate * slope, scale / 2.0)
        next_sums = measured.products(ladder.full.rescaled(moved))
        fell = _loss(moved, next_sums) < _loss(scale, sums)
        scale, sums = np.where(fell, moved, scale), np.where(fell, next_sums, sums)
        rate = np.where(fell, rate * 1.6, rate / 3.0)
    return scale


def _loss(scale: Doubles, sums: Doubles) -> Doubles:
    """L without the constant sum x^2 / 2."""
    return np.asarray(scale * (scale * sums[1] / 2.0 - sums[0]))


def golden(measured: Measured, ladder: Ladder, iterations: int) -> Doubles:
    """Golden-section search of L between the neighbours of the best rung."""
    low, high = ladder.best / ladder.reach, ladder.best * ladder.reach
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    left_error = _errors(measured, ladder, left)
    right_error = _errors(measured, ladder, right)
    for _ in range(iterations):
        lower = left_error < right_error
        low, high = np.where(lower, low, left), np.where(lower, right, high)
        kept, kept_error = np.where(lower, left, right), np.minimum(left_error, right_error)
        probe = low + high - kept
        error = _errors(measured, ladder, probe)
        left, right = np.where(lower, probe, kept), np.where(lower, kept, probe)
        left_error = np.where(lower, error, kept_error)
        right_error = np.where(lower, kept_error, error)
    return np.where(left_error < right_error, left, right)


def _errors(measured: Measured, ladder: Ladder, scale: Doubles) -> Doubles:
    return measured.errors(ladder.full.rescaled(scale[:, None]), 2.0)[:, 0]


def settle(measured: Measured, ladder: Ladder, descent: Descent, iterations: int) -> Grids:
    """Grids at the scale `descent` found, or at the best rung where that was better."""
    found = descent(measured, ladder, iterations)
    better = _errors(measured, ladder, found) < np.min(ladder.errors, axis=1)
    return ladder.full.rescaled(np.where(better, found, ladder.best))
