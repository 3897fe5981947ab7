"""Boxes with scores and classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


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


NO_BOXES = Boxes(np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.int64))
