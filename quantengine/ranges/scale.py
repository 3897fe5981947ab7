"""The scale of least squared error, L(s) = sum (s q - x)^2 / 2, by three ways of descent.

They start from the best of a ladder of scales, because L has many small valleys, or from the scale
of the full range, as they are written down. The zero point stays that of the full range. Source:
the ADMM, gradient and golden-section searches of MNN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@dataclass(frozen=True, eq=False)
class Start:
    """Where a descent begins: its `scale` `[rows]`; golden section looks from `low` to `high`."""

    full: Grids
    scale: Doubles
    low: Doubles
    high: Doubles


Descent = Callable[[Measured, Start, int], Iterator[Doubles]]
"""Gives the scale at which it begins, then that of each iteration."""


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


def from_ladder(ladder: Ladder) -> Start:
    """At the best rung, and between its neighbours."""
    best = ladder.best
    return Start(ladder.full, best, best / ladder.reach, best * ladder.reach)


def from_full(full: Grids) -> Start:
    """At the scale of the full range, and anywhere below."""
    return Start(full, full.scale, full.scale * _NARROWEST, full.scale)


def admm(measured: Measured, start: Start, iterations: int) -> Iterator[Doubles]:
    """Alternates q = clip([x / s]) and s = sum q x / sum q^2 until s settles."""
    scale = start.scale
    yield scale
    for _ in range(iterations):
        product, square = measured.products(start.full.rescaled(scale))
        moved = np.where(product > 0, product, scale) / np.where(product > 0, square, 1.0)
        settled = bool(np.all(np.abs(moved - scale) <= 1e-6 * scale))
        scale = moved
        yield scale
        if settled:
            break


def gradient(measured: Measured, start: Start, iterations: int) -> Iterator[Doubles]:
    """Descends along dL/ds = sum (s q - x) q with q held; the step grows while L falls."""
    scale, rate = start.scale, np.ones(len(start.scale))
    yield scale
    sums = measured.products(start.full.rescaled(scale))
    for _ in range(iterations):
        slope = (scale * sums[1] - sums[0]) / np.maximum(sums[1], 1.0)
        moved = np.maximum(scale - rate * slope, scale / 2.0)
        next_sums = measured.products(start.full.rescaled(moved))
        fell = _loss(moved, next_sums) < _loss(scale, sums)
        scale, sums = np.where(fell, moved, scale), np.where(fell, next_sums, sums)
        rate = np.where(fell, rate * 1.6, rate / 3.0)
        yield scale


def _loss(scale: Doubles, sums: Doubles) -> Doubles:
    """L without the constant sum x^2 / 2."""
    return np.asarray(scale * (scale * sums[1] / 2.0 - sums[0]))


def golden(measured: Measured, start: Start, iterations: int) -> Iterator[Doubles]:
    """Golden-section search of L between two scales; gives the better of the two it holds."""
    yield start.scale
    low, high = start.low, start.high
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    left_error = squared_errors(measured, start.full, left)
    right_error = squared_errors(measured, start.full, right)
    for _ in range(iterations):
        lower = left_error < right_error
        low, high = np.where(lower, low, left), np.where(lower, right, high)
        kept, kept_error = np.where(lower, left, right), np.minimum(left_error, right_error)
        probe = low + high - kept
        error = squared_errors(measured, start.full, probe)
        left, right = np.where(lower, probe, kept), np.where(lower, kept, probe)
        left_error = np.where(lower, error, kept_error)
        right_error = np.where(lower, kept_error, error)
        yield np.where(left_error < right_error, left, right)


def squared_errors(measured: Measured, full: Grids, scale: Doubles) -> Doubles:
    """2 L of each row at its scale, float64 `[rows]`."""
    return measured.errors(full.rescaled(scale[:, None]), 2.0)[:, 0]


def settle(measured: Measured, ladder: Ladder, found: Doubles) -> Grids:
    """Grids at the scale a descent found, or at the best rung where that was better."""
    better = squared_errors(measured, ladder.full, found) < np.min(ladder.errors, axis=1)
    return ladder.full.rescaled(np.where(better, found, ladder.best))
