"""Sums of doubles that are exact, so that the order of adding never matters.

A sum is a row of int64 limbs, limb k counting units of 2^(32 k - 352). Any double from 2^-300 to
2^250 fits without rounding, 2^31 of them without overflow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LIMBS = 21
_LIMB_BITS = 32
LOWEST_BIT = 352

Limbs = NDArray[np.int64]


def canonical(limbs: Limbs) -> Limbs:
    """The same sums with every limb but the last in [0, 2^32): equal sums get equal bits."""
    result = limbs.copy()
    settle(result)
    return result


def settle(limbs: Limbs) -> None:
    """In place: `canonical` of sums that nobody needs as they were."""
    for k in range(LIMBS - 1):
        carry = limbs[:, k] >> _LIMB_BITS
        limbs[:, k] -= carry << _LIMB_BITS
        limbs[:, k + 1] += carry


def to_doubles(limbs: Limbs) -> NDArray[np.float64]:
    """The sums `[n]` of limbs `[n, LIMBS]`, rounded to within a few units in the last place."""
    exact = canonical(limbs)
    negative = exact[:, -1] < 0
    exact[negative] = canonical(-exact[negative])
    total = np.zeros(len(exact))
    for k in reversed(range(LIMBS)):
        total += np.ldexp(exact[:, k].astype(np.float64), _LIMB_BITS * k - LOWEST_BIT)
    return np.where(negative, -total, total)
