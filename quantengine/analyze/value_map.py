"""The values of a weight channel by channel, as counts over a shared axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 120


@dataclass(frozen=True, eq=False)
class ValueMap:
    """counts int64 `[channels, bins]`; bins of equal width from `low` to `high`."""

    low: float
    high: float
    counts: NDArray[np.int64]


def value_map(values: NDArray[Any], axis: int, bins: int = BINS) -> ValueMap:
    """Finite values of each channel along `axis`; zero lies in the range."""
    rows = np.moveaxis(values, axis, 0).reshape(values.shape[axis], -1)
    finite = np.isfinite(rows)
    known = rows[finite].astype(np.float64)
    low, high = min(known.min(initial=0.0), 0.0), max(known.max(initial=0.0), 0.0)
    if not low < high:
        low, high = -1.0, 1.0
    place = np.minimum((known - low) * (bins / (high - low)), bins - 1).astype(np.int64)
    channel = np.nonzero(finite)[0]
    counts = np.bincount(channel * bins + place, minlength=rows.shape[0] * bins)
    return ValueMap(low, high, counts.reshape(rows.shape[0], bins))
