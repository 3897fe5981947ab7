"""Outputs read as scores of classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.verdict.record import ClassRecord

Array = NDArray[Any]

_LEAST_SCORES = 3
_TOP = 5


def class_scores(output: Array) -> Array | None:
    """Scores `[N, classes]` of an output of that shape, or of `[N, classes, 1, ...]`; else None."""
    shaped = output.ndim >= 2 and all(side == 1 for side in output.shape[2:])
    if not shaped or output.shape[1] < 2 or output.dtype.kind != "f":
        return None
    return output.reshape(output.shape[:2])


def best_classes(scores: Array) -> NDArray[np.intp]:
    """`[N]`: the best class of scores `[N, classes]`.

    -1 where a score is NaN or all are the same, so that no class is best.
    """
    low, high = scores.min(axis=1), scores.max(axis=1)
    return np.asarray(np.where(low < high, scores.argmax(1), -1), np.intp)


def class_record(reference: Array, candidate: Array, label: int | None) -> ClassRecord | None:
    """What both outputs say of the classes; None where they hold no class scores.

    Rows in which the reference has no best class are left out.
    """
    ours, theirs = class_scores(reference), class_scores(candidate)
    if ours is None or theirs is None or ours.shape != theirs.shape:
        return None
    before, after = best_classes(ours), best_classes(theirs)
    told = before >= 0
    falls = np.zeros(len(ours), np.bool_)
    if ours.shape[1] >= _LEAST_SCORES:
        falls = np.all(ours[:, 1:] <= ours[:, :-1], axis=1)
    return ClassRecord(
        ours.shape[1],
        int(np.count_nonzero(told)),
        int(np.count_nonzero((before == after) & told)),
        int(np.count_nonzero(falls & told)),
        *(() if label is None or len(ours) != 1 else _right(ours[0], theirs[0], label)),
    )


def _right(reference: Array, candidate: Array, label: int) -> tuple[int, ...]:
    """1, and whether the label is the candidate's and the reference's best, and among the five."""
    ours, theirs = _best(reference), _best(candidate)
    return 1, theirs[0] == label, ours[0] == label, label in theirs, label in ours


def _best(scores: Array) -> list[int]:
    if np.any(np.isnan(scores)) or np.all(scores == scores[0]):
        return [-1]
    return [int(place) for place in np.argsort(-scores, kind="stable")[:_TOP]]
