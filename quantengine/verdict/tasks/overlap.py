"""How far boxes overlap, and which of many stay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled
from quantengine.verdict.tasks.boxes import Boxes, Doubles

_MOST = 1000
_SAME = 0.5
"""Boxes of a class that overlap by more are of one object."""


def suppressed(boxes: Boxes) -> Boxes:
    """The best of each object, of boxes in order of their scores."""
    first = boxes.at(np.arange(min(len(boxes), _MOST)))
    return first.at(_stays(*_arrays(first)))


def overlaps(ours: Doubles, theirs: Doubles) -> Doubles:
    """`[k, m]`: intersection over union of every pair; 0 of boxes without an area."""
    shared = _shared(ours, theirs)
    union = _areas(ours)[:, None] + _areas(theirs)[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def insides(ours: Doubles, theirs: Doubles) -> Doubles:
    """`[k, m]`: which share of each of `ours` lies in each of `theirs`."""
    shared, areas = _shared(ours, theirs), _areas(ours)[:, None]
    return np.divide(shared, areas, out=np.zeros_like(shared), where=areas > 0)


def _shared(ours: Doubles, theirs: Doubles) -> Doubles:
    low = np.maximum(ours[:, None, :2], theirs[None, :, :2])
    high = np.minimum(ours[:, None, 2:], theirs[None, :, 2:])
    return np.asarray(np.prod(np.maximum(high - low, 0), axis=2))


def _areas(corners: Doubles) -> Doubles:
    return np.asarray(np.prod(np.maximum(corners[:, 2:] - corners[:, :2], 0), axis=1))


def matched(ours: Boxes, theirs: Boxes, levels: Doubles) -> NDArray[np.intp]:
    """`[levels, k]`: for each of `ours`, best first, the one of `theirs` that overlaps it most and
    by at least so much, of its class and not matched before; -1 where there is none.
    """
    return _taken(_of_class(*_arrays(ours), *_arrays(theirs)), levels)


def scores_left(ours: Boxes, theirs: Boxes, least: float) -> Doubles:
    """`[k]`: the best score that `theirs` have of each of `ours`, 0 where it is gone.

    Of the same class, and overlapping by at least so much.
    """
    over = _of_class(*_arrays(ours), *_arrays(theirs)) >= least
    return np.asarray(np.where(over, theirs.scores, 0.0).max(axis=1, initial=0.0))


def _arrays(boxes: Boxes) -> tuple[Doubles, NDArray[np.int64]]:
    return np.ascontiguousarray(boxes.corners), boxes.classes


@compiled
def _overlap(a: Doubles, b: Doubles) -> float:
    """Intersection over union of two boxes; 0 without an area."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(wide, 0.0) * max(high, 0.0)
    first = max(a[2] - a[0], 0.0) * max(a[3] - a[1], 0.0)
    union = first + max(b[2] - b[0], 0.0) * max(b[3] - b[1], 0.0) - shared
    return shared / union if union > 0 else 0.0


@compiled
def _of_class(
    ours: Doubles,
    our_classes: NDArray[np.int64],
    theirs: Doubles,
    their_classes: NDArray[np.int64],
) -> Doubles:
    """`[k, m]`: how far two of a class overlap, -1 of different classes."""
    overlap = np.full((len(ours), len(theirs)), -1.0)
    for i in range(len(ours)):
        for j in range(len(theirs)):
            if our_classes[i] == their_classes[j]:
                overlap[i, j] = _overlap(ours[i], theirs[j])
    return overlap


@compiled
def _taken(overlap: Doubles, levels: Doubles) -> NDArray[np.intp]:
    count, others = overlap.shape
    found = np.full((len(levels), count), -1, np.intp)
    for level in range(len(levels)):
        free = np.ones(others, np.bool_)
        for i in range(count):
            best, most = -1, 0.0
            for j in range(others):
                if free[j] and overlap[i, j] > most:
                    best, most = j, overlap[i, j]
            if best >= 0 and most >= levels[level]:
                found[level, i] = best
                free[best] = False
    return found


@compiled
def _stays(corners: Doubles, classes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """`[k]`: which of boxes in order of their scores no better one of their class covers."""
    count = len(corners)
    stays = np.ones(count, np.bool_)
    for i in range(count):
        if not stays[i]:
            continue
        for j in range(i + 1, count):
            if stays[j] and classes[j] == classes[i]:
                stays[j] = not _overlap(corners[i], corners[j]) > _SAME
    return stays
