"""The compiled side of `exact_sum`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled
from quantengine.observe.exact_sum import LOWEST_BIT, Limbs

_DOUBLE_BIAS = 1075


@compiled
def add(limbs: Limbs, bits: NDArray[np.int64]) -> None:
    """Adds to each row of limbs `[n, LIMBS]` the double whose bit pattern stands in `bits [n]`."""
    for i in range(bits.size):
        exponent = (bits[i] >> 52) & 0x7FF
        if exponent == 0:
            continue
        mantissa = (bits[i] & 0xFFFFFFFFFFFFF) | 0x10000000000000
        place = exponent - _DOUBLE_BIAS + LOWEST_BIT
        if place < 0:
            mantissa = mantissa >> min(-place, 63)
            place = 0
        limb, shift = place >> 5, place & 31
        low = (mantissa & 0xFFFFFFFF) << shift
        middle = ((mantissa >> 32) << shift) + (low >> 32)
        sign = -1 if bits[i] < 0 else 1
        limbs[i, limb] += sign * (low & 0xFFFFFFFF)
        limbs[i, limb + 1] += sign * (middle & 0xFFFFFFFF)
        limbs[i, limb + 2] += sign * (middle >> 32)
