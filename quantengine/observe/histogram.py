"""Counts of values by their float32 pattern: needs no range, merges exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.distribution import Distribution

GROUPS = 4
"""Samples fall into fixed groups by their name, counted apart: replicates for `convergence`."""

MOST_EXACT = 1024
"""So many distinct values of a tensor are counted one by one: images, masks, tiny tensors."""

KEY_BITS = 16
"""Sign, exponent and 7 bits of mantissa: bins at most 0.8 % of their value wide."""

_SIGN = 1 << (KEY_BITS - 1)


@dataclass(frozen=True, eq=False)
class Histogram:
    """How often each pattern was seen.

    keys uint32 `[n]` ascending: whole float32 patterns where `exact`, else their leading 16 bits.
    counts int64 `[GROUPS, n]`. Which form it has depends only on the values, never on the order.
    """

    keys: NDArray[np.uint32]
    counts: NDArray[np.int64]
    exact: bool

    @classmethod
    def empty(cls) -> Histogram:
        return cls(np.zeros(0, np.uint32), np.zeros((GROUPS, 0), np.int64), exact=True)

    @property
    def coarse(self) -> Histogram:
        """The same counts by leading bits."""
        if not self.exact:
            return self
        return gathered(self.keys >> np.uint32(KEY_BITS), self.counts, exact=False)

    def only(self, groups: tuple[int, ...]) -> Histogram:
        """The part that samples of the given groups made."""
        counts = np.zeros_like(self.counts)
        counts[list(groups)] = self.counts[list(groups)]
        seen = counts.any(axis=0)
        return Histogram(self.keys[seen], counts[:, seen], self.exact)

    def distribution(self, low: float, high: float) -> Distribution:
        """Bins and spikes in rising order, the outermost cut at the smallest and largest value."""
        left, right = _edges(self.keys, self.exact)
        order = np.argsort(left)
        left, right = left[order], right[order]
        if left.size and not self.exact:
            left[0], right[-1] = max(left[0], low), min(right[-1], high)
        return Distribution(left, right, self.counts.sum(axis=0)[order].astype(np.float64))


def merge(a: Histogram, b: Histogram) -> Histogram:
    """The histogram of both sets of values; any order of merging gives the same bits."""
    if a.exact and b.exact:
        both = _joined(a, b)
        return both if both.keys.size <= MOST_EXACT else both.coarse
    return _joined(a.coarse, b.coarse)


def _joined(a: Histogram, b: Histogram) -> Histogram:
    keys = np.concatenate((a.keys, b.keys))
    return gathered(keys, np.concatenate((a.counts, b.counts), axis=1), exact=a.exact)


def gathered(keys: NDArray[np.uint32], counts: NDArray[np.int64], *, exact: bool) -> Histogram:
    """Counts of equal keys added up; -0.0 counts as 0.0."""
    if not exact:
        keys = np.where(keys == _SIGN, np.uint32(0), keys)
    unique, places = _numbered(keys, exact)
    sums = np.zeros((GROUPS, unique.size), np.int64)
    for group in range(GROUPS):
        np.add.at(sums[group], places, counts[group])
    return Histogram(unique, sums, exact)


def _numbered(keys: NDArray[np.uint32], exact: bool) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Distinct keys ascending, and the place of each key among them."""
    if exact:
        unique, places = np.unique(keys, return_inverse=True)
        return unique, places
    # A table of all short keys is four times faster than sorting thousands of them.
    seen = np.zeros(1 << KEY_BITS, np.bool_)
    seen[keys] = True
    unique = np.flatnonzero(seen).astype(np.uint32)
    place = np.empty(1 << KEY_BITS, np.intp)
    place[unique] = np.arange(unique.size)
    return unique, place[keys]


def in_group(counts: NDArray[np.int64], group: int) -> NDArray[np.int64]:
    """counts `[n]` as `[GROUPS, n]`, all in one group."""
    rows = np.zeros((GROUPS, counts.size), np.int64)
    rows[group] = counts
    return rows


def _edges(
    keys: NDArray[np.uint32], exact: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Left and right end of each key; patterns of the bin at zero are zero."""
    if exact:
        values = keys.view(np.float32).astype(np.float64)
        return values, values
    size = (keys & (_SIGN - 1)).astype(np.uint32)
    near = (size << KEY_BITS).view(np.float32).astype(np.float64)
    far = ((size + 1) << KEY_BITS).view(np.float32).astype(np.float64)
    far[size == 0] = 0.0
    negative = keys >= _SIGN
    return np.where(negative, -far, near), np.where(negative, -near, far)
