"""Ranges of least error: argmin of sum |x - x̂|^p over one end, both alike, or both apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from quantengine.ranges.choice import Doubles, RangeSpec
from quantengine.ranges.grid import grids_of
from quantengine.ranges.measured import Measured

_NARROWEST = 0.004  # of the full range: outliers 250 times wider than the rest


@dataclass(frozen=True, eq=False)
class _Space:
    """Candidates as shares (of low, of high) `[k, 2]`, and moves around one in powers of step."""

    first: Doubles
    moves: Doubles
    step: float
    rounds: int


def _ladder(count: int) -> tuple[Doubles, float]:
    """Shares of the full range from 1 down, and the ratio of neighbours."""
    shares = np.geomspace(1.0, _NARROWEST, count)
    return shares, float(shares[0] / shares[1])


def _tied() -> _Space:
    shares, step = _ladder(33)
    moves = np.array([-0.75, -0.5, -0.25, 0.25, 0.5, 0.75])
    return _Space(np.stack([shares, shares], 1), np.stack([moves, moves], 1), step, 3)


def _apart() -> _Space:
    shares, step = _ladder(13)
    moves = [move for move in product((-0.5, 0.0, 0.5), repeat=2) if any(move)]
    return _Space(np.array(list(product(shares, repeat=2))), np.array(moves), step, 6)


@dataclass(frozen=True, eq=False)
class Found:
    """The best ranges float64 `[rows]`; `tried` are (low, high, error) of the first row."""

    low: Doubles
    high: Doubles
    tried: tuple[Doubles, Doubles, Doubles]


def least_error(measured: Measured, spec: RangeSpec, power: float) -> Found:
    """Searches coarse to fine on the real grid; never worse than the full range.

    The full range is the first candidate and an equal one does not replace it.
    """
    low, high = measured.low, measured.high
    if spec.symmetric:
        high = np.maximum(-low, high)
        low = -high
    space = _tied() if spec.symmetric or not np.any((low < 0) & (high > 0)) else _apart()
    shares = np.broadcast_to(space.first, (low.size, *space.first.shape))
    best = np.ones((low.size, 2))
    least = np.full(low.size, np.inf)
    every_share: list[Doubles] = []
    every_error: list[Doubles] = []
    reach = 1.0
    for _ in range(1 + space.rounds):
        ends = low[:, None] * shares[..., 0], high[:, None] * shares[..., 1]
        errors = measured.errors(grids_of(*ends, spec), power)
        chosen = np.argmin(errors, axis=1)[:, None]
        found = np.take_along_axis(errors, chosen, 1)[:, 0]
        better = found < least
        best = np.where(better[:, None], shares[np.arange(low.size), chosen[:, 0]], best)
        least = np.where(better, found, least)
        every_share.append(shares[0])
        every_error.append(errors[0])
        shares = best[:, None, :] * space.step ** (space.moves * reach)
        reach /= 2.0
    tried = np.concatenate(every_share)
    return Found(
        low * best[:, 0],
        high * best[:, 1],
        (low[0] * tried[:, 0], high[0] * tried[:, 1], np.concatenate(every_error)),
    )
