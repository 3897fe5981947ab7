"""Outputs read as scores of classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_LEAST_RANKED = 8
_LEAST_SCORES = 3


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


@dataclass
class Agreement:
    """Counts how often two networks find the same class best, row by row."""

    rows: int = 0
    equal: int = 0
    ranked: int = 0
    """Rows of reference scores that fall from the first to the last."""

    def add(self, reference: Array, candidate: Array) -> None:
        """Adds scores `[N, classes]` of the same shape; rows without a best class are left out."""
        before, after = best_classes(reference), best_classes(candidate)
        told = before >= 0
        self.rows += int(np.count_nonzero(told))
        self.equal += int(np.count_nonzero((before == after) & told))
        if reference.shape[1] >= _LEAST_SCORES:
            falls = np.all(reference[:, 1:] <= reference[:, :-1], axis=1)
            self.ranked += int(np.count_nonzero(falls & told))

    @property
    def share(self) -> float | None:
        """The share that is equal; None where no row has a best class.

        None too where every row is in order of size, as TopK gives it: its first is always best.
        """
        in_order = self.rows >= _LEAST_RANKED and self.ranked == self.rows
        return self.equal / self.rows if self.rows and not in_order else None
