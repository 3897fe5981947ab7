"""Sums over pairs of values, from which every figure of an output comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.metrics import Difference
from quantengine.observe.compiled import reordered

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SENTINEL = 1e30
"""Values of this size and beyond stand for infinity, as masks hold them."""

_SIGNAL, _NOISE, _POWER, _PRODUCT, _LARGEST, _COUNT = range(6)
_ROWS = 6


def pair_sums(reference: NDArray[Any], candidate: NDArray[Any]) -> Doubles:
    """Sums of a pair of arrays of one shape, float64 `[6]`; no number where one of them is none."""
    ref, cand = _flat(reference), _flat(candidate)
    sums = np.zeros(_ROWS)
    sums[_COUNT] = ref.size
    add_pairs(ref, cand, sums)
    return sums


def are_usual(sums: Doubles) -> bool:
    """Whether all values were numbers and none a sentinel that stands for infinity."""
    return bool(np.all(np.isfinite(sums))) and sums[_SIGNAL] + sums[_POWER] < SENTINEL**2


def joined(parts: Sequence[Doubles]) -> Doubles:
    """The sums of all parts together, float64 `[6]`; their order decides the last bits."""
    if not parts:
        return np.zeros(_ROWS)
    stacked = np.stack(parts)
    found = stacked.sum(axis=0)
    found[_LARGEST] = np.fmax.reduce(stacked[:, _LARGEST])
    return np.asarray(found)


def difference(sums: Doubles) -> Difference:
    """What the figures are made of."""
    signal, noise, power, product, largest, count = (float(value) for value in sums)
    return Difference(signal, noise, power, product, largest, int(count))


def _flat(values: NDArray[Any]) -> Floats:
    return np.ascontiguousarray(values, np.float32).reshape(-1)


@reordered
def add_pairs(ref: Floats, cand: Floats, sums: Doubles) -> None:
    """Adds pairs `[n]` to sums `[6]`."""
    signal, noise, power, product, largest = 0.0, 0.0, 0.0, 0.0, np.int32(0)
    for i in range(ref.size):
        a, b = np.float64(ref[i]), np.float64(cand[i])
        error = a - b
        signal += a * a
        noise += error * error
        power += b * b
        product += a * b
        # patterns of positive floats rise with them: integers compare in vectors, NaN wins
        largest = max(largest, np.float32(abs(ref[i] - cand[i])).view(np.int32))
    sums[0] += signal
    sums[1] += noise
    sums[2] += power
    sums[3] += product
    sums[4] = np.float64(np.int32(largest).view(np.float32))
