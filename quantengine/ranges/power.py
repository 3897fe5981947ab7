"""Ranges of least error: argmin of sum |x - x̂|^p over one end, both alike, or both apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from quantengine.ranges.choice import Doubles, RangeSpec, least_of
from quantengine.ranges.grid import grids_of
from quantengine.ranges.measured import Measured

_NARROWEST = 0.004  # of the full range: outliers 250 times wider than the rest


@dataclass(frozen=True, eq=False)
class Space:
    """Where to look: candidates are shares of low and of high, `[k, 2]`.

    `first` are tried first; then `rounds` times the best one is moved by step ** moves, the step
    halved each time.
    """

    first: Doubles
    moves: Doubles
    step: float
    rounds: int


def tied(count: int, around: int, rounds: int) -> Space:
    """Both ends shrink alike; `around` moves each round, to the nearest candidates and beyond.

    Many moves pay where values recur: the error then ripples with the scale.
    """
    shares, step = _ladder(count)
    moves = np.linspace(-1.25, 1.25, around)
    return Space(np.stack([shares, shares], 1), np.stack([moves, moves], 1), step, rounds)


def apart(count: int) -> Space:
    """Each end shrinks by itself."""
    shares, step = _ladder(count)
    moves = [move for move in product((-0.5, -0.25, 0.0, 0.25, 0.5), repeat=2) if any(move)]
    return Space(np.array(list(product(shares, repeat=2))), np.array(moves), step, 5)


def near_full(space: Space, low_step: float, high_step: float) -> Space:
    """`space` and the ranges up to two steps of the grid around the full one, by quarters.

    Values that recur, such as pixels, fall on the codes of some of these grids: their error is far
    below that of all others, and a ladder would step over them. The steps are shares of low and
    of high.
    """
    quarters = np.arange(-8, 9) / 4.0
    if len(np.unique(space.first @ [1.0, -1.0])) == 1:
        around = np.stack([quarters, quarters], 1) * min(low_step, high_step)
    else:
        around = np.array(list(product(quarters * low_step, quarters * high_step)))
    return Space(np.concatenate((space.first, 1.0 + around)), space.moves, space.step, space.rounds)


def _ladder(count: int) -> tuple[Doubles, float]:
    """Shares of the full range from 1 down, and the ratio of neighbours."""
    shares = np.geomspace(1.0, _NARROWEST, count)
    return shares, float(shares[0] / shares[1])


@dataclass(frozen=True, eq=False)
class Found:
    """The best ranges float64 `[rows]`; `tried` are (low, high, error) of the first row."""

    low: Doubles
    high: Doubles
    tried: tuple[Doubles, Doubles, Doubles]


def full_range(measured: Measured, spec: RangeSpec) -> tuple[Doubles, Doubles]:
    """The extremes of each row widened to contain zero, alike where the grid is symmetric."""
    low, high = np.minimum(measured.low, 0.0), np.maximum(measured.high, 0.0)
    if not spec.symmetric:
        return low, high
    reach = np.maximum(-low, high)
    return -reach, reach


def least_error(measured: Measured, spec: RangeSpec, power: float, space: Space) -> Found:
    """Searches coarse to fine on the real grids; never worse than the full range.

    The full range is the first candidate, and one as good does not replace it.
    """
    low, high = full_range(measured, spec)
    shares = np.broadcast_to(space.first, (low.size, *space.first.shape))
    best, least = np.ones((low.size, 2)), np.full(low.size, np.inf)
    tried: list[tuple[Doubles, Doubles, Doubles]] = []
    for turn in range(1 + space.rounds):
        lows, highs = low[:, None] * shares[..., 0], high[:, None] * shares[..., 1]
        errors = measured.errors(grids_of(lows, highs, spec), power)
        tried.append((lows[0], highs[0], errors[0]))
        where = least_of(errors)[:, None]
        found = np.take_along_axis(errors, where, 1)[:, 0]
        better = found < least
        moved = np.take_along_axis(shares, where[..., None], 1)[:, 0]
        best, least = np.where(better[:, None], moved, best), np.where(better, found, least)
        shares = best[:, None, :] * space.step ** (space.moves * 0.5**turn)
    lows, highs, errors = (np.concatenate(parts) for parts in zip(*tried, strict=True))
    return Found(low * best[:, 0], high * best[:, 1], (lows, highs, errors))
