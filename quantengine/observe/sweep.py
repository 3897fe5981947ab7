"""Extremes, sums and sums of squares of a stretch of values.

`ordered` maps a float32 pattern to an integer that sorts like its value, NaN and infinity beyond
everything: two integer reductions (which vectorise, unlike float ones that must honour NaN) give
the extremes and tell whether the stretch needs the careful loop.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled, reordered
from quantengine.observe.counting import HUGE, INFINITE, MAGNITUDE

Floats = NDArray[np.float32]
Words = NDArray[np.int32]
Longs = NDArray[np.int64]
Doubles = NDArray[np.float64]

NOTHING = MAGNITUDE
"""Smallest `ordered` value of an empty stretch; the largest is -NOTHING."""

NANS, INFINITIES, HUGES = 0, 1, 2


@compiled
def ordered(word: np.int32) -> np.int32:
    """An integer that sorts like the value of a pattern; its own inverse."""
    return np.int32(word ^ ((word >> np.int32(31)) & np.int32(MAGNITUDE)))


@compiled
def plain(low: np.int32, high: np.int32) -> bool:
    """Whether all values between two extremes are finite and below 1e30."""
    return bool(high < HUGE and low > -HUGE - 1)


@reordered
def sweep(
    floats: Floats, words: Words, begin: int, end: int
) -> tuple[np.int32, np.int32, float, float]:
    """Smallest and largest `ordered` value, sum and sum of squares from begin to end.

    Unsigned indices spare the test for negative ones, which would forbid vector instructions; a
    slice would cost more than a short run.
    """
    low, high = np.int32(NOTHING), np.int32(-NOTHING)
    total, squares = 0.0, 0.0
    for i in range(np.uint64(begin), np.uint64(end)):
        value = words[i] ^ ((words[i] >> np.int32(31)) & np.int32(MAGNITUDE))
        low, high = min(low, value), max(high, value)
        x = np.float64(floats[i])
        total += x
        squares += x * x
    return low, high, total, squares


@compiled
def sweep_carefully(
    floats: Floats, words: Words, begin: int, end: int, special: Longs
) -> tuple[np.int32, np.int32, float, float, int]:
    """Extremes, sum, sum of squares and number of the plain values; counts the others by kind."""
    low, high = np.int32(NOTHING), np.int32(-NOTHING)
    total, squares, seen = 0.0, 0.0, 0
    for i in range(begin, end):
        magnitude = words[i] & MAGNITUDE
        if magnitude < HUGE:
            x = np.float64(floats[i])
            total += x
            squares += x * x
            seen += 1
            value = ordered(words[i])
            low, high = min(low, value), max(high, value)
        elif magnitude > INFINITE:
            special[NANS] += 1
        else:
            special[INFINITIES if magnitude == INFINITE else HUGES] += 1
    return low, high, total, squares, seen
