"""Average precision of boxes as COCO counts it (Lin 2014): 101 recalls, the 100 best of a class.

Written here and not taken from pycocotools: an interval needs it for samples that count several
times, which that library can only do by running it anew, and it has no types. On the same boxes
both give the same figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quantengine.verdict.tasks.boxes import Boxes
from quantengine.verdict.tasks.measure import SHARE, Marks, Measure, Weighted
from quantengine.verdict.tasks.overlap import insides, overlaps

OVERLAPS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
_RECALLS = np.linspace(0, 1, 101)
_MOST = 100
_CLASS, _SCORE, _FIRST = 0, 1, 2
_IGNORED = -1.0


def box_marks(found: Boxes, right: Boxes, ignored: NDArray[np.bool_]) -> Marks:
    """A row a found box: class, score, and for each overlap 1 right, 0 wrong, -1 not counted.

    Then a row a right box: class, nan. Those `ignored` (crowds) need not be found.
    """
    ranked = found.above(-math.inf)
    labels = np.unique(ranked.classes)
    firsts = [np.flatnonzero(ranked.classes == label)[:_MOST] for label in labels]
    best = ranked.at(np.concatenate([np.zeros(0, np.intp), *firsts]))
    hits = np.zeros((len(best), len(OVERLAPS)))
    for label in labels:
        ours, theirs = best.classes == label, right.classes == label
        hits[ours] = _hits(best.at(ours), right.at(theirs), ignored[theirs])
    rows = np.column_stack([best.classes, best.scores, hits])
    counted = right.classes[~ignored]
    wanted = np.full((len(counted), rows.shape[1]), np.nan)
    wanted[:, _CLASS] = counted
    return np.concatenate([rows, wanted])


def _hits(found: Boxes, right: Boxes, ignored: NDArray[np.bool_]) -> Marks:
    """`[found, overlaps]`; a box takes the right one it overlaps most, an ignored one last."""
    hits = np.zeros((len(found), len(OVERLAPS)))
    if not len(right):
        return hits
    ours, theirs = found.corners, right.corners
    every = np.where(ignored, insides(ours, theirs), overlaps(ours, theirs))
    for column, least in enumerate(OVERLAPS):
        free = np.ones(len(right), np.bool_)
        for row in range(len(found)):
            for kind, mark in ((~ignored, 1.0), (ignored, _IGNORED)):
                reach = np.where(free & kind, every[row], -1)
                best = int(np.argmax(reach))
                if reach[best] >= least:
                    hits[row, column] = mark
                    free[best] = mark == _IGNORED
                    break
    return hits


def _mean_precision(marks: Sequence[Marks], columns: slice) -> Weighted:
    table = np.concatenate(marks)
    place = np.repeat(np.arange(len(marks)), [len(rows) for rows in marks])
    wanted = np.isnan(table[:, _SCORE])
    kinds = []
    for label in np.unique(table[wanted, _CLASS]):
        of_class = table[:, _CLASS] == label
        found = np.flatnonzero(of_class & ~wanted)
        found = found[np.argsort(-table[found, _SCORE], kind="stable")]
        hits = table[found, _FIRST:][:, columns]
        kinds.append((hits, place[found], place[of_class & wanted]))

    def weighted(weights: Marks) -> float:
        values = []
        for hits, samples, right in kinds:
            total = float(weights[right].sum())
            if total > 0:
                values += _averages(hits, weights[samples], total)
        return float(np.mean(values)) if values else math.nan

    return weighted


def _averages(hits: Marks, weights: Marks, total: float) -> list[float]:
    """Average precision at each overlap of boxes in order of their scores."""
    found = []
    for column in hits.T:
        counts = np.where(column == _IGNORED, 0, weights)
        right = np.cumsum(counts * (column == 1))
        every = np.cumsum(counts)
        precision = np.divide(right, every, out=np.zeros_like(right), where=every > 0)
        precision = np.maximum.accumulate(precision[::-1])[::-1]
        places = np.searchsorted(right / total, _RECALLS, side="left")
        reached = places < len(precision)
        found.append(float(np.sum(precision[places[reached]]) / len(_RECALLS)))
    return found


MAP50 = Measure("map50", SHARE, lambda marks: _mean_precision(marks, slice(0, 1)), perfect=None)
MAP50_95 = Measure(
    "map50_95", SHARE, lambda marks: _mean_precision(marks, slice(0, None)), perfect=None
)
