"""Outputs read as scores of classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def class_scores(output: Array) -> Array | None:
    """Scores `[N, classes]` of an output of that shape, or of `[N, classes, 1, ...]`; else None."""
    shaped = output.ndim >= 2 and all(side == 1 for side in output.shape[2:])
    if not shaped or output.shape[1] < 2 or output.dtype.kind != "f":
        return None
    return output.reshape(output.shape[:2])


def best_classes(scores: Array) -> NDArray[np.intp]:
    """`[N]`: the best class of scores `[N, classes]`; -1 where a score is NaN, so that none is."""
    return np.asarray(np.where(np.any(np.isnan(scores), axis=1), -1, scores.argmax(1)), np.intp)
