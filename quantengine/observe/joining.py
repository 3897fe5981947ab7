"""Two sets of counts as one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled

Keys = NDArray[np.uint32]
Counts = NDArray[np.int64]


@compiled
def joined(a: Keys, a_counts: Counts, b: Keys, b_counts: Counts) -> tuple[Keys, Counts]:
    """Counts `[groups, n]` of equal keys added up; the keys of each side rise, and those of both.

    One pass over both: sorting and summing with numpy took five times as long.
    """
    groups = a_counts.shape[0]
    keys = np.empty(a.size + b.size, np.uint32)
    counts = np.zeros((groups, a.size + b.size), np.int64)
    i, j, n = 0, 0, 0
    while i < a.size or j < b.size:
        left = i < a.size and (j == b.size or a[i] <= b[j])
        right = j < b.size and (i == a.size or b[j] <= a[i])
        if left:
            keys[n] = a[i]
            for g in range(groups):
                counts[g, n] += a_counts[g, i]
            i += 1
        if right:
            keys[n] = b[j]
            for g in range(groups):
                counts[g, n] += b_counts[g, j]
            j += 1
        n += 1
    return keys[:n].copy(), counts[:, :n].copy()
