"""Boxes with scores and classes: how far two overlap, and which of many stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled

Doubles = NDArray[np.float64]

_MOST = 1000
_SAME = 0.5
"""Boxes of a class that overlap by more are of one object."""


@dataclass(frozen=True, eq=False)
class Boxes:
    """`corners` `[k, 4]` are x1 y1 x2 y2, `scores` `[k]` in 0..1, `classes` `[k]` numbers."""

    corners: Doubles
    scores: Doubles
    classes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.scores)

    def at(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Boxes:
        return Boxes(self.corners[chosen], self.scores[chosen], self.classes[chosen])

    def above(self, score: float) -> Boxes:
        """Those with at least this score and corners that are numbers, best first."""
        found = self.at(self.scores >= score)
        found = found.at(np.all(np.isfinite(found.corners), axis=1))
        return found.at(np.argsort(-found.scores, kind="stable"))

    @property
    def suppressed(self) -> Boxes:
        """The best of each object, of boxes in order of their scores."""
        first = self.at(np.arange(min(len(self), _MOST)))
        return first.at(_stays(np.ascontiguousarray(first.corners), first.classes))


NO_BOXES = Boxes(np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.int64))


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
    return _matched(*_arrays(ours), *_arrays(theirs), levels)


def scores_left(ours: Boxes, theirs: Boxes, least: float) -> Doubles:
    """`[k]`: the best score that `theirs` have of each of `ours`, 0 where it is gone.

    Of the same class, and overlapping by at least so much.
    """
    return _scores_left(*_arrays(ours), *_arrays(theirs), theirs.scores, least)


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
def _matched(
    ours: Doubles,
    our_classes: NDArray[np.int64],
    theirs: Doubles,
    their_classes: NDArray[np.int64],
    levels: Doubles,
) -> NDArray[np.intp]:
    count, others = len(ours), len(theirs)
    overlap = np.zeros((count, others))
    for i in range(count):
        for j in range(others):
            if our_classes[i] == their_classes[j]:
                overlap[i, j] = _overlap(ours[i], theirs[j])
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
def _scores_left(
    ours: Doubles,
    our_classes: NDArray[np.int64],
    theirs: Doubles,
    their_classes: NDArray[np.int64],
    scores: Doubles,
    least: float,
) -> Doubles:
    found = np.zeros(len(ours))
    for i in range(len(ours)):
        for j in range(len(theirs)):
            better = our_classes[i] == their_classes[j] and scores[j] > found[i]
            if better and _overlap(ours[i], theirs[j]) >= least:
                found[i] = scores[j]
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
