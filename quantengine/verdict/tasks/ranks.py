"""Correlation of ranks."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def spearman(first: Doubles, second: Doubles, weights: Doubles) -> float:
    """Of values that count as often as their weights say (Spearman 1904); nan without a spread."""
    if not weights.sum() > 1:
        return math.nan
    a, b = (_ranks(values, weights) for values in (first, second))
    total = weights.sum()
    a, b = a - weights @ a / total, b - weights @ b / total
    spread = float((weights @ (a * a)) * (weights @ (b * b)))
    return float(weights @ (a * b)) / math.sqrt(spread) if spread > 0 else math.nan


def _ranks(values: Doubles, weights: Doubles) -> Doubles:
    """The mean rank of each value among all that are equal to it."""
    _, place = np.unique(values, return_inverse=True)
    counts = np.bincount(place, weights)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place])
