"""The scale of least squared error, L(s) = sum (s q - x)^2 / 2, by three ways of descent.

All start from the best of a ladder of scales, because L has many small valleys. The zero point
stays that of the full range. Source: the ADMM, gradient and golden-section searches of MNN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quantengine.ranges.choice import Doubles, RangeSpec
from quantengine.ranges.grid import Grids, grids_of
from quantengine.ranges.measured import Measured

_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True, eq=False)
class Ladder:
    """Scales tried first, float64 `[rows, k]`, their squared errors, and where to start."""

    full: Grids
    scales: Doubles
    errors: Doubles
    step: float

    @property
    def best(self) -> Doubles:
        return self.scales[np.arange(len(self.scales)), np.argmin(self.errors, axis=1)]

    def grids(self, scale: Doubles) -> Grids:
        """Grids at `scale`, float64 `[rows]`."""
        return Grids(scale, self.full.low_step, self.full.high_step)


Descent = Callable[[Measured, Ladder, int], Doubles]


def climb(measured: Measured, spec: RangeSpec, rungs: int) -> Ladder:
    """The squared error of `rungs` scales below that of the full range."""
    low, high = measured.low, measured.high
    full = grids_of(low, high, spec)
    shares = np.geomspace(1.0, 0.004, rungs)
    scales = full.scale[:, None] * shares
    steps = full.low_step[:, None], full.high_step[:, None]
    grids = Grids(scales, *(np.broadcast_to(step, scales.shape) for step in steps))
    return Ladder(full, scales, measured.errors(grids, 2.0), float(shares[0] / shares[1]))


def admm(measured: Measured, ladder: Ladder, iterations: int) -> Doubles:
    """Alternates q = clip([x / s]) and s = sum q x / sum q^2 until s settles."""
    scale = ladder.best
    for _ in range(iterations):
        product, square = measured.products(ladder.grids(scale))
        moved = np.where(square > 0, product / np.where(square > 0, square, 1.0), scale)
        settled = bool(np.all(np.abs(moved - scale) <= 1e-6 * scale))
        scale = np.where(moved > 0, moved, scale)
        if settled:
            break
    return scale


def gradient(measured: Measured, ladder: Ladder, iterations: int) -> Doubles:
    """Descends along dL/ds = sum (s q - x) q with q held; the step grows while L falls."""
    scale, rate = ladder.best, np.ones(len(ladder.scales))
    product, square = measured.products(ladder.grids(scale))
    loss = scale * (scale * square / 2.0 - product)
    for _ in range(iterations):
        slope = (scale * square - product) / np.where(square > 0, square, 1.0)
        moved = np.maximum(scale - rate * slope, scale / 2.0)
        next_product, next_square = measured.products(ladder.grids(moved))
        next_loss = moved * (moved * next_square / 2.0 - next_product)
        fell = next_loss < loss
        scale, loss = np.where(fell, moved, scale), np.where(fell, next_loss, loss)
        product = np.where(fell, next_product, product)
        square = np.where(fell, next_square, square)
        rate = np.where(fell, rate * 1.6, rate / 3.0)
    return scale


def golden(measured: Measured, ladder: Ladder, iterations: int) -> Doubles:
    """Golden-section search of L between the neighbours of the best rung."""
    start, end = ladder.best / ladder.step, ladder.best * ladder.step

    def loss(scale: Doubles) -> Doubles:
        return measured.errors(_column(ladder.grids(scale)), 2.0)[:, 0]

    left = end - _GOLDEN * (end - start)
    right = start + _GOLDEN * (end - start)
    left_loss, right_loss = loss(left), loss(right)
    for _ in range(iterations):
        lower = left_loss < right_loss
        start, end = np.where(lower, start, left), np.where(lower, right, end)
        probe = np.where(lower, end - _GOLDEN * (end - start), start + _GOLDEN * (end - start))
        probe_loss = loss(probe)
        left, right = np.where(lower, probe, right), np.where(lower, left, probe)
        left_loss, right_loss = (
            np.where(lower, probe_loss, right_loss),
            np.where(lower, left_loss, probe_loss),
        )
    return np.where(left_loss < right_loss, left, right)


def _column(grids: Grids) -> Grids:
    return Grids(grids.scale[:, None], grids.low_step[:, None], grids.high_step[:, None])


def settle(measured: Measured, ladder: Ladder, descent: Descent, iterations: int) -> Grids:
    """Grids at the scale `descent` found, or the best rung where that was better."""
    found = descent(measured, ladder, iterations)
    error = measured.errors(_column(ladder.grids(found)), 2.0)[:, 0]
    kept = np.where(error < np.min(ladder.errors, axis=1), found, ladder.best)
    return ladder.grids(kept)
