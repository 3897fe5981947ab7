"""Differences channel by channel, gathered in one pass over arrays."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.metrics import Difference, without_infinities
from quantengine.observe.compiled import compiled, reordered

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

_SUMS = 5


class ChannelDifference:
    """`formats.metrics.Difference` for each channel along `axis` (None: for the whole alone).

    Channels whose number varies are taken together. Values beyond the ends of `within` count as
    those ends.
    """

    def __init__(self, axis: int | None = None, within: tuple[float, float] | None = None) -> None:
        self.axis, self.within = axis, within
        self.count = 0
        self._sums = np.zeros((_SUMS, 0))

    def add(self, reference: NDArray[Any], candidate: NDArray[Any]) -> None:
        """Adds a pair of arrays; where their shapes differ every error is nan from here on."""
        self._fit_channels(reference.shape)
        if self.within is not None:
            reference, candidate = (np.clip(each, *self.within) for each in (reference, candidate))
        if reference.shape != candidate.shape:
            self._sums[1:5] = np.nan
            candidate = reference
        ref, cand = around(reference, self.axis), around(candidate, self.axis)
        before = self._sums.copy()
        _add(ref, cand, self._sums)
        if not np.all(np.isfinite(self._sums)):
            self._sums = before
            ref, cand = without_infinities(ref, cand)
            _add(ref, cand, self._sums)
        self.count += ref.size

    def _fit_channels(self, shape: tuple[int, ...]) -> None:
        """Makes one sum of all channels where an array has another number of them."""
        axis, begun = self.axis, self._sums.shape[1]
        apart = axis is not None and -len(shape) <= axis < len(shape)
        channels = shape[axis] if apart and axis is not None else 1
        if not begun:
            self._sums = np.zeros((_SUMS, channels))
        elif begun != channels:
            largest = self._sums[4].max(initial=0.0)
            self._sums = np.append(self._sums[:4].sum(axis=1), largest)[:, None]
        if not apart or begun not in (0, channels):
            self.axis = None

    @property
    def channels_db(self) -> tuple[float, ...]:
        """SQNR of each channel."""
        pairs = zip(self.signal, self.noise, strict=True)
        return tuple(Difference(float(signal), float(noise)).sqnr_db for signal, noise in pairs)

    @property
    def whole(self) -> Difference:
        """All channels taken together."""
        signal, noise, power, product = (float(row.sum()) for row in self._sums[:4])
        largest = float(self._sums[4].max(initial=0.0))
        return Difference(signal, noise, power, product, largest, self.count)

    @property
    def unchanged(self) -> ChannelDifference:
        """The same references against themselves."""
        other = ChannelDifference(self.axis)
        signal, nothing = self._sums[0], np.zeros_like(self._sums[0])
        other._sums = np.stack([signal, nothing, signal, signal, nothing])
        other.count = self.count
        return other

    @property
    def signal(self) -> Doubles:
        """Sum of squares of the reference, float64 `[C]`."""
        return np.asarray(self._sums[0])

    @property
    def noise(self) -> Doubles:
        """Sum of squared errors, float64 `[C]`."""
        return np.asarray(self._sums[1])


def around(array: NDArray[Any], axis: int | None) -> Floats:
    """`array` as float32 `[outer, channels, inner]`, contiguous."""
    values = np.ascontiguousarray(array, np.float32)
    if axis is None:
        return values.reshape(1, 1, -1)
    shape = values.shape
    axis %= len(shape)
    return values.reshape(prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :]))


def _add(ref: Floats, cand: Floats, sums: Doubles) -> None:
    if ref.shape[2] == 1:
        add_rows(ref[:, :, 0], cand[:, :, 0], sums)
    else:
        add_planes(ref, cand, sums)


@compiled
def _larger(a: float, b: float) -> float:
    """The larger of both; NaN where either is."""
    return b if b > a or np.isnan(b) else a


@reordered
def add_planes(ref: Floats, cand: Floats, sums: Doubles) -> None:
    """Adds `[outer, channels, inner]` to sums `[5, channels]`."""
    outer, channels, inner = ref.shape
    for o in range(outer):
        for c in range(channels):
            signal, noise, power, product, largest = 0.0, 0.0, 0.0, 0.0, np.int32(0)
            for i in range(inner):
                a, b = np.float64(ref[o, c, i]), np.float64(cand[o, c, i])
                error = a - b
                signal += a * a
                noise += error * error
                power += b * b
                product += a * b
                # patterns of positive floats rise with them: integers compare in vectors, NaN wins
                pattern = np.float32(abs(ref[o, c, i] - cand[o, c, i])).view(np.int32)
                largest = max(largest, pattern)
            sums[0, c] += signal
            sums[1, c] += noise
            sums[2, c] += power
            sums[3, c] += product
            sums[4, c] = _larger(sums[4, c], np.float64(np.int32(largest).view(np.float32)))


@reordered
def add_rows(ref: Floats, cand: Floats, sums: Doubles) -> None:
    """Adds `[rows, channels]` to sums `[5, channels]`."""
    rows, channels = ref.shape
    for r in range(rows):
        for c in range(channels):
            a, b = np.float64(ref[r, c]), np.float64(cand[r, c])
            error = a - b
            sums[0, c] += a * a
            sums[1, c] += error * error
            sums[2, c] += b * b
            sums[3, c] += a * b
            sums[4, c] = _larger(sums[4, c], abs(error))
