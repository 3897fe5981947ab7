"""What a slice with much noise looks like, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
    span = kind.high - kind.low
    told, kept = 0, 0
    if kind.last > kind.first and np.isfinite(span):
        shape = (len(ours), -1, inner)
        told, kept = _best_channels(ours.reshape(shape), theirs.reshape(shape), span)
    return Look(_values(ours, kind), _values(theirs, kind), told, kept)


def _values(values: Floats, kind: Slice) -> frozenset[float]:
    within = values[(values >= kind.low) & (values <= kind.high)]
    return frozenset(np.unique(within)[:_CODES].tolist())


def _best_channels(ours: Floats, theirs: Floats, span: float) -> tuple[int, int]:
    """In how many places the float network has a clear best channel, and where it stays so."""
    best = np.max(ours, axis=1)
    second = np.partition(ours, -2, axis=1)[:, -2]
    clear = best - second > _CLEAR * span
    chosen = np.argmax(ours, axis=1)[:, None]
    alike = np.take_along_axis(theirs, chosen, 1)[:, 0] >= np.max(theirs, axis=1)
    ties = np.sum(theirs == np.max(theirs, axis=1)[:, None], axis=1) > 1
    return int(np.count_nonzero(clear)), int(np.count_nonzero(clear & alike & ~ties))


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
