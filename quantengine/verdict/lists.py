"""Lists of any length and order: rows of two networks that are the same thing, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Doubles = NDArray[np.float64]

_LITTLE = 1e-3
"""What other lists count beside the widest, in units of what each is usually as large as."""
_MOST_PAIRS = 1 << 20
"""Longer lists are compared in the order in which they lie."""


@dataclass(frozen=True)
class Along:
    """The axis of a list, and how long it was in each run."""

    axis: int
    lengths: tuple[int, ...]


@dataclass(frozen=True)
class Pairs:
    """Where rows of two lists lie that are the same thing, in the one and in the other."""

    first: Array
    second: Array

    def side_by_side(self, ours: Array, theirs: Array, axis: int) -> tuple[Array, Array]:
        """Two lists of floats along `axis`, each row beside its counterpart.

        A row without a counterpart has zeros beside it: all of it is an error.
        """
        a, b = (_rows(values, axis) for values in (ours, theirs))
        places = ((a, self.first), (b, self.second))
        alone = [np.setdiff1d(np.arange(len(rows)), taken) for rows, taken in places]
        matched, lost, added = len(self.first), len(alone[0]), len(alone[1])
        both = np.zeros((2, matched + lost + added, a.shape[1]), np.float32)
        both[0, :matched], both[1, :matched] = a[self.first], b[self.second]
        both[0, matched : matched + lost] = a[alone[0]]
        both[1, matched + lost :] = b[alone[1]]
        left, right = (_listed(rows, ours.shape, axis) for rows in both)
        return left, right

    def equal(self, ours: Array, theirs: Array, axis: int) -> int:
        """How many rows of two lists of integers, truths or texts equal their counterpart."""
        a, b = _rows(ours, axis)[self.first], _rows(theirs, axis)[self.second]
        return int(np.count_nonzero((a == b).all(axis=1)))


def list_axis(shapes: Sequence[tuple[int, ...]]) -> int | None:
    """The one axis along which these differ; None where none does, or several do."""
    if len({len(shape) for shape in shapes}) != 1:
        return None
    sides = zip(*shapes, strict=True)
    varying = [axis for axis, lengths in enumerate(sides) if len(set(lengths)) > 1]
    return varying[0] if len(varying) == 1 else None


def paired(lists: Sequence[tuple[Array, Array, int]]) -> Pairs:
    """The same rows of lists of floats (ours, theirs, axis) that tell of the same things.

    Those that are nearest to each other come first, then the nearest of what is left: boxes and
    the like, whatever has most values a row, decide, and the rest where they tell no difference.
    """
    rows = [tuple(_rows(v, axis).astype(np.float64) for v in both) for *both, axis in lists]
    rows.sort(key=lambda both: -both[0].shape[1])
    scales = [_size(ours) for ours, _ in rows]
    scales[1:] = [scale / _LITTLE for scale in scales[1:]]
    a, b = (
        np.concatenate([both[side] / scale for both, scale in zip(rows, scales, strict=True)], 1)
        for side in (0, 1)
    )
    return Pairs(*(_pairs(a, b) if len(a) * len(b) <= _MOST_PAIRS else _as_they_lie(a, b)))


def found_again(ours: Array, theirs: Array, axis: int) -> int:
    """How many rows of two lists of integers, truths or texts are in both."""
    rows = [Counter(map(tuple, _rows(values, axis).tolist())) for values in (ours, theirs)]
    return (rows[0] & rows[1]).total()


def _size(rows: Doubles) -> float:
    """The root of the mean square of what is finite; 1 where there is none."""
    squares = np.square(rows[np.isfinite(rows)])
    return float(np.sqrt(squares.mean())) if np.any(squares) else 1.0


def _rows(values: Array, axis: int) -> Array:
    """`[n, width]` of a list along `axis`."""
    moved = np.moveaxis(values, axis, 0)
    width = int(np.prod(moved.shape[1:]))
    return moved.reshape(len(moved), width)


def _listed(rows: Array, shape: tuple[int, ...], axis: int) -> Array:
    others = shape[:axis] + shape[axis + 1 :]
    return np.moveaxis(rows.reshape(len(rows), *others), 0, axis)


def _as_they_lie(a: Doubles, b: Doubles) -> tuple[Array, Array]:
    places = np.arange(min(len(a), len(b)))
    return places, places


def _pairs(a: Doubles, b: Doubles) -> tuple[Array, Array]:
    """Places of rows that are nearest to each other among those that are left, until none is."""
    first, second = list[Array](), list[Array]()
    left, right = np.arange(len(a)), np.arange(len(b))
    far = _distances(a, b)
    while left.size and right.size:
        nearest = far.argmin(axis=1)
        mutual = far.argmin(axis=0)[nearest] == np.arange(left.size)
        taken = nearest[mutual]
        first.append(left[mutual])
        second.append(right[taken])
        kept, free = ~mutual, np.ones(right.size, bool)
        free[taken] = False
        left, right, far = left[kept], right[free], far[kept][:, free]
    joined = [np.concatenate([np.zeros(0, np.intp), *each]) for each in (first, second)]
    return joined[0], joined[1]


def _distances(a: Doubles, b: Doubles) -> Doubles:
    """`[n, m]` squares of distances; the largest there is where a value is no number."""
    with np.errstate(over="ignore", invalid="ignore"):
        squares = [np.square(rows).sum(axis=1) for rows in (a, b)]
        found = squares[0][:, None] + squares[1] - 2 * (a @ b.T)
    return np.asarray(np.nan_to_num(found, nan=np.inf, posinf=np.inf))
