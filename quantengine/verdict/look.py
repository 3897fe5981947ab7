"""What a slice with much noise looks like, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from quantengine.observe.compiled import compiled
from quantengine.verdict.layout import Slice
from quantengine.verdict.record import Look
from quantengine.verdict.sums import (
    FOUND_SIGNED,
    NOISE,
    POWER,
    SIGNAL,
    SIGNED,
    Doubles,
    Floats,
    variances,
)

_QUIET = 1e-3
"""Less noise than this, as a share of the variance, needs no look: 30 dB."""
_CODES = 16
_CLEAR = 0.05
"""A best channel is clear where it lies by so much of the span above the second."""
_BOTH_SIGNS, _ONE_SIGN = 0.05, 1e-6
"""The share of power on the lesser side of zero where both signs matter, and where one is lost."""


def looks_of(
    ours: Floats, theirs: Floats, sums: Doubles, slices: Sequence[Slice], inner: int
) -> tuple[Look | None, ...]:
    """Of values `[outer, channels x inner]`, a look at each slice that has much noise."""
    noisy = sums[NOISE] > _QUIET * variances(sums)
    if not np.any(noisy):
        return ()
    found: list[Look | None] = []
    for kind, loud in zip(slices, noisy, strict=True):
        place = slice(kind.first * inner, (kind.last + 1) * inner)
        found.append(_look(ours[:, place], theirs[:, place], kind, inner) if loud else None)
    return tuple(found)


def _look(ours: Floats, theirs: Floats, kind: Slice, inner: int) -> Look:
    ours, theirs = np.ascontiguousarray(ours), np.ascontiguousarray(theirs)
    span = kind.high - kind.low
    told, kept = 0, 0
    if kind.last > kind.first and np.isfinite(span):
        shape = (len(ours), -1, inner)
        least = float(np.float32(_CLEAR * span))
        told, kept = best_channels(ours.reshape(shape), theirs.reshape(shape), least)
    return Look(_values(ours, kind), _values(theirs, kind), told, kept)


def _values(values: Floats, kind: Slice) -> frozenset[float]:
    return frozenset(different(values, kind.low, kind.high, _CODES).tolist())


@compiled
def different(values: Floats, low: float, high: float, most: int) -> Floats:
    """The first `most` different values within `low` and `high`, of `[rows, n]`."""
    found, count = np.empty(most, np.float32), 0
    for row in range(values.shape[0]):
        for place in range(values.shape[1]):
            value = values[row, place]
            if low <= value <= high and not np.any(found[:count] == value):
                found[count] = value
                count += 1
                if count == most:
                    return found
    return found[:count]


@compiled
def best_channels(ours: Floats, theirs: Floats, least: float) -> tuple[int, int]:
    """Of `[outer, channels, inner]`, in how many places ours has a best channel by more than
    `least`, and where theirs has the same alone.
    """
    told, kept = 0, 0
    for o in range(ours.shape[0]):
        for i in range(ours.shape[2]):
            best, second, top = -np.inf, -np.inf, -np.inf
            chosen, ties = 0, 0
            for c in range(ours.shape[1]):
                a, b = ours[o, c, i], theirs[o, c, i]
                if a > best:
                    best, second, chosen = a, best, c
                elif a > second:
                    second = a
                if b > top:
                    top, ties = b, 1
                elif b == top:
                    ties += 1
            if np.float32(best - second) > least:
                told += 1
                if ties == 1 and theirs[o, chosen, i] == top:
                    kept += 1
    return told, kept


def lost_of(sums: Doubles, looks: Sequence[Look | None]) -> str | None:
    """What a slice with these sums `[10]` lost, in words; None where it lost nothing so plain."""
    column = sums[:, None]
    if not variances(column)[0] > 0:
        return None
    if not variances(column, found=True)[0] > 0:
        return "it has become constant"
    ours, theirs = (
        (power - abs(signed)) / 2 / power
        for power, signed in ((sums[SIGNAL], sums[SIGNED]), (sums[POWER], sums[FOUND_SIGNED]))
    )
    if ours > _BOTH_SIGNS and not theirs > _ONE_SIGN:
        return "it has lost its sign"
    known = [look for look in looks if look is not None]
    told, kept = sum(look.told for look in known), sum(look.kept for look in known)
    if told and 2 * kept < told:
        return f"its best channel stays in {kept} of {told} places"
    if known and len(known) == len(looks):
        values, codes = (
            frozenset[float]().union(*found)
            for found in ([look.ours for look in known], [look.theirs for look in known])
        )
        if len(codes) < _CODES <= len(values):
            return f"it has {len(codes)} codes left"
    return None
