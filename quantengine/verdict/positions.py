"""Which positions of an output somebody reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

MASK = "attention_mask"


def real_positions(values: NDArray[Any], feeds: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """`values` `[N, L, ...]` without padding, where an input `attention_mask` `[N, L]` tells it.

    What a network makes of padding is read by nobody, and would otherwise outweigh what is.
    """
    mask = feeds.get(MASK)
    if mask is None or mask.ndim != 2 or values.shape[:2] != mask.shape or not np.any(mask):
        return values
    return np.asarray(values[mask != 0])
