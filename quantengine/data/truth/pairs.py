"""Pairs of samples and how much they have to do with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class TruePairs:
    """The pairs that a sample is the first of: `place` is its own, `others` those of the second."""

    place: int
    others: NDArray[np.int64]
    scores: NDArray[np.float64]
