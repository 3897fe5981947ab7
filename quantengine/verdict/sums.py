"""Sums over pairs of values, slice by slice, from which every figure of an output comes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.metrics import Difference
from quantengine.observe.compiled import reordered

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Edges = NDArray[np.int64]

SENTINEL = 1e30
"""Values of this size and beyond stand for infinity, as masks hold them."""

SIGNAL, NOISE, POWER, PRODUCT, LARGEST, COUNT, TOTAL, FOUND_TOTAL, SIGNED, FOUND_SIGNED = range(10)
"""Of a reference a and what was found b: the sums of a², (a - b)², b² and ab, the largest |a - b|,
the number of values, and the sums of a, b, a|a| and b|b|."""
_ROWS = 10


def pair_sums(reference: Floats, candidate: Floats, edges: Edges) -> Doubles:
    """`[10, slices]` over pairs `[outer, channels x inner]`, cut at `edges` of the last axis."""
    sums = np.zeros((_ROWS, len(edges) - 1))
    sums[COUNT] = np.diff(edges) * len(reference)
    add_pairs(reference, candidate, edges, sums)
    return sums


def are_usual(sums: Doubles) -> bool:
    """Whether all values were numbers and none a sentinel that stands for infinity."""
    return bool(np.all(np.isfinite(sums)) and np.all(sums[SIGNAL] + sums[POWER] < SENTINEL**2))


def joined(parts: Sequence[Doubles]) -> Doubles:
    """The sums of all parts together, `[10, slices]`; their order decides the last bits."""
    if not parts:
        return np.zeros((_ROWS, 0))
    stacked = np.stack(parts)
    found = stacked.sum(axis=0)
    found[LARGEST] = np.fmax.reduce(stacked[:, LARGEST], axis=0)
    return np.asarray(found)


def difference(sums: Doubles) -> Difference:
    """All slices taken together."""
    signal, noise, power, product = (float(row.sum()) for row in sums[: PRODUCT + 1])
    largest = float(np.fmax.reduce(sums[LARGEST], initial=0.0))
    return Difference(signal, noise, power, product, largest, int(sums[COUNT].sum()))


def variances(sums: Doubles, *, found: bool = False) -> Doubles:
    """Sum of squares about the mean of each slice: inf of infinities, 0 where all is rounding."""
    squares, total = (sums[POWER], sums[FOUND_TOTAL]) if found else (sums[SIGNAL], sums[TOTAL])
    with np.errstate(invalid="ignore", over="ignore"):
        about = squares - np.square(total) / np.maximum(sums[COUNT], 1)
    about = np.where(np.isfinite(about), about, np.inf)
    return np.asarray(np.where(about > _ROUNDING * squares, about, 0.0))


_ROUNDING = 1e-10


@reordered
def add_pairs(ref: Floats, cand: Floats, edges: Edges, sums: Doubles) -> None:
    """Adds pairs `[outer, n]` to sums `[10, slices]`; the number of values stays."""
    for k in range(edges.size - 1):
        signal, noise, power, product, largest = 0.0, 0.0, 0.0, 0.0, np.int32(0)
        total, found_total, signed, found_signed = 0.0, 0.0, 0.0, 0.0
        for o in range(ref.shape[0]):
            for i in range(edges[k], edges[k + 1]):
                a, b = np.float64(ref[o, i]), np.float64(cand[o, i])
                error = a - b
                signal += a * a
                noise += error * error
                power += b * b
                product += a * b
                total += a
                found_total += b
                signed += a * abs(a)
                found_signed += b * abs(b)
                # patterns of positive floats rise with them: integers compare in vectors, NaN wins
                largest = max(largest, np.float32(abs(ref[o, i] - cand[o, i])).view(np.int32))
        sums[0, k], sums[1, k], sums[2, k], sums[3, k] = signal, noise, power, product
        sums[4, k] = np.float64(np.int32(largest).view(np.float32))
        sums[6, k], sums[7, k], sums[8, k], sums[9, k] = total, found_total, signed, found_signed
