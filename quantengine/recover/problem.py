"""What the rounding of one layer has to solve: a target, a grid and what an error costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import spread
from quantengine.formats.nearness import times_beyond
from quantengine.recover.local import takes_bias
from quantengine.recover.product import Matrix
from quantengine.recover.walk import Visit

Doubles = NDArray[np.float64]

_DAMPING = 0.01
_TARGET_SHARE = 0.9
"""Of how far codes may lie from the weight: what is left is for rounding."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Scale and zero point spread to `[G, R, K]`, with the ends of the codes."""

    scale: Doubles
    zero: NDArray[np.int32]
    qmin: int
    qmax: int

    def real(self, codes: NDArray[np.int32]) -> Doubles:
        return np.asarray((codes - self.zero) * self.scale, np.float64)

    def times(self, ratios: Doubles) -> Grid:
        """Scales times the ratios `[G, R, 1 or K]`."""
        return replace(self, scale=self.scale * ratios)

    def nearest(self, rows: Doubles) -> NDArray[np.int32]:
        """The codes of rounding to nearest."""
        steps = np.rint(rows / self.scale) + self.zero
        return np.clip(steps, self.qmin, self.qmax).astype(np.int32)

    def repeated(self, ratios: Sequence[float]) -> Grid:
        """Rows once for each ratio of the scale."""
        scale = np.concatenate([self.scale * ratio for ratio in ratios], axis=1)
        return replace(self, scale=scale, zero=np.concatenate([self.zero] * len(ratios), axis=1))


@dataclass(frozen=True, eq=False)
class Problem:
    """What a rounding minimizes: tr (Ŵ - target) H (Ŵ - target)^T, each group by itself."""

    target: Doubles
    hessian: Doubles

    def repeated(self, times: int) -> Problem:
        return replace(self, target=np.concatenate([self.target] * times, axis=1))

    def loss(self, rows: Doubles) -> Doubles:
        """`[G, R]`."""
        lost = rows - self.target
        return np.asarray(np.sum((lost @ self.hessian) * lost, axis=2))


def problems_of(visit: Visit, blends: Sequence[float], grid: Grid) -> tuple[Problem, ...]:
    """The quadratic form of a layer for each blend; means are left to the bias, where there is one.

    A blend of 0 has the target W, one of 1 the least-squares answer to ||W x - T x̂||, drawn
    towards W by 1 % of the mean diagonal of H, and no further away than its codes may lie; those
    in between lie in between.
    """
    seen = _centred(visit, visit.fit.candidate, visit.fit.candidate_mean)
    hessian = np.asarray(seen.swapaxes(1, 2) @ seen, np.float64)
    rows = visit.rows.astype(np.float64)
    if not any(blends):
        return (Problem(rows, hessian),) * len(blends)
    expected = _centred(visit, visit.fit.reference, visit.fit.reference_mean)
    missing = _missing(visit.rows, expected - seen, seen)
    change = np.linalg.solve(damped(hessian, _DAMPING), missing.swapaxes(1, 2)).swapaxes(1, 2)
    change /= max(times_beyond(change, grid.scale, rows) / _TARGET_SHARE, 1.0)
    return tuple(Problem(rows + blend * change, hessian) for blend in blends)


def _missing(rows: Matrix, lost: Matrix, seen: Matrix) -> Doubles:
    """W sum(lost seen^T) `[G, R, K]`, multiplied in the order that costs less."""
    if 2 * rows.shape[1] < rows.shape[2]:
        return np.asarray((lost @ rows.swapaxes(1, 2)).swapaxes(1, 2) @ seen, np.float64)
    return np.asarray(rows.astype(np.float64) @ (lost.swapaxes(1, 2) @ seen))


def damped(hessian: Doubles, damping: float) -> Doubles:
    """H with `damping` times its mean diagonal added to the diagonal."""
    depth = hessian.shape[-1]
    mean = np.einsum("gkk->g", hessian) / depth
    extra = np.maximum(damping * mean, 1e-12)[:, None, None]
    return np.asarray(hessian + np.eye(depth) * extra)


def _centred(visit: Visit, columns: Matrix, mean: Matrix) -> Matrix:
    """Columns without what the bias takes care of, each counting its share in products."""
    moved = columns - mean[:, None] if takes_bias(visit) else columns
    return moved if visit.product.is_conv else moved * np.sqrt(visit.fit.share)[:, None]


def grid_of(visit: Visit, encoding: Encoding) -> Grid:
    """The grid of a weight's encoding over the rows of its product."""
    shape = visit.product.shape
    scale = np.broadcast_to(spread(encoding.scale, encoding.granularity, shape), shape)
    zero = np.broadcast_to(spread(encoding.zero_point, encoding.granularity, shape), shape)
    rows = visit.product.rows
    return Grid(rows(scale).astype(np.float64), rows(zero), encoding.qmin, encoding.qmax)
