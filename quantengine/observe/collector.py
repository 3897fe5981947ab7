"""The running statistics of one worker: mutable, one sample at a time, then frozen."""

from __future__ import annotations

import mmap
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quantengine.observe import exact_sum, histogram, moments
from quantengine.observe.block import Block
from quantengine.observe.counting import SLOTS, drain
from quantengine.observe.exact_add import add
from quantengine.observe.histogram import KEY_BITS, Histogram
from quantengine.observe.moments import Moments
from quantengine.observe.replicates import group_of, rank
from quantengine.observe.scan import scan
from quantengine.observe.statistics import (
    MOST_KEPT,
    Row,
    TensorStats,
    largest_shape,
    lowest,
)
from quantengine.observe.sweep import HUGES, INFINITIES, NANS, NOTHING
from quantengine.observe.tap import Tap

_KEYS = 1 << KEY_BITS
_MOST_COUNTED = 2**32 - 1
_WIDEST_KEPT = 65536
_ROOM = 256
"""Samples to make room for at a time: small arrays kept for each would scatter free memory."""


class Collector:
    """Statistics of the taps over the samples given to `observe`.

    tables uint32 `[taps, 1 << KEY_BITS]` and slots `[taps, SLOTS]` count the current group;
    they move to the histograms when it changes, so samples are best given group by group.
    distinct int64 `[taps]`: number of distinct values in the slots, -1 once the table counts.
    """

    def __init__(self, taps: Sequence[Tap]) -> None:
        self.taps = tuple(taps)
        self.samples: list[str] = []
        self._group = 0
        self._uncounted = 0
        self._memory, self._tables = _lazy_zeros(len(taps))
        self._slot_keys = np.zeros((len(taps), SLOTS), np.uint32)
        self._slot_counts = np.zeros((len(taps), SLOTS), np.int64)
        self._distinct = np.zeros(len(taps), np.int64)
        self._special = np.zeros((len(taps), 3), np.int64)
        self._histograms = [Histogram.empty()] * len(taps)
        self._channels: tuple[int, ...] | None = None
        self._moments: list[Moments] = []
        self._shapes: tuple[tuple[int, ...], ...] = ()
        self._ranges = np.empty((_ROOM, len(taps), 2), np.int32)
        self._rows: list[list[tuple[int, Row]]] = [[] for _ in taps]

    def observe(self, sample: str, block: Block) -> None:
        """Adds the tensors of one sample."""
        self._enter(group_of(sample), block.largest)
        self._lay_out(block)
        if len(self.samples) == len(self._ranges):
            self._ranges = np.concatenate((self._ranges, np.empty_like(self._ranges)))
        scan(
            block.buffer,
            block.buffer.view(np.int32),
            block.buffer.view(np.uint32),
            block.layout,
            self._tables,
            self._slot_keys,
            self._slot_counts,
            self._distinct,
            self._low,
            self._high,
            self._seen,
            self._partial[0],
            self._partial[1],
            self._special,
            self._ranges[len(self.samples)],
        )
        for limbs, partial in zip(self._limbs, self._partial, strict=True):
            add(limbs, partial.view(np.int64))
        self.samples.append(sample)
        self._keep_rows(sample, block)

    def freeze(self) -> list[TensorStats]:
        """The statistics of each tap, samples in the order observed; needs one sample at least."""
        self._empty_tables()
        if hasattr(mmap, "MADV_DONTNEED"):
            self._memory.madvise(mmap.MADV_DONTNEED)
        self._close_moments()
        ranges = _to_reals(self._ranges[: len(self.samples)])
        return [self._stats(t, ranges[:, t]) for t in range(len(self.taps))]

    def _stats(self, t: int, ranges: NDArray[np.float32]) -> TensorStats:
        tap, special = self.taps[t], self._special[t]
        return TensorStats(
            tap.tensor,
            self._shapes[t],
            tap.channel_axis,
            self._histograms[t],
            self._moments[t],
            np.ascontiguousarray(ranges),
            int(special[NANS]),
            int(special[INFINITIES]),
            int(special[HUGES]),
            lowest(self._rows[t]),
            mask_limit=tap.mask_limit,
        )

    def _enter(self, group: int, largest: int) -> None:
        """Empties the tables where the sample is of another group or a counter could overflow."""
        self._uncounted += largest
        if group != self._group or self._uncounted > _MOST_COUNTED:
            if self.samples:
                self._empty_tables()
            self._group, self._uncounted = group, largest

    def _lay_out(self, block: Block) -> None:
        """Makes the channel arrays fit the block: closed and begun anew where channels differ."""
        channels = tuple(int(n) for n in block.layout[:, 2])
        if not self.samples:
            self._shapes = block.shapes
        elif self._shapes != block.shapes:
            self._shapes = tuple(map(largest_shape, self._shapes, block.shapes))
        if channels == self._channels:
            return
        self._close_moments()
        self._channels = channels
        total = sum(channels)
        self._low = np.full(total, NOTHING, np.int32)
        self._high = np.full(total, -NOTHING, np.int32)
        self._seen = np.zeros(total, np.int64)
        self._partial = np.zeros((2, total))
        self._limbs = np.zeros((2, total, exact_sum.LIMBS), np.int64)

    def _close_moments(self) -> None:
        if self._channels is None:
            return
        low, high = _to_reals(self._low), _to_reals(self._high)
        low[self._seen == 0], high[self._seen == 0] = np.inf, -np.inf
        for limbs in self._limbs:
            exact_sum.settle(limbs)
        sums, squares = self._limbs
        ends = np.cumsum(self._channels)
        parts = [
            Moments(self._seen[s], low[s], high[s], sums[s], squares[s])
            for s in map(slice, ends - self._channels, ends)
        ]
        merged = map(moments.merge, self._moments, parts) if self._moments else parts
        self._moments = list(merged)
        self._channels, self._limbs = None, np.zeros((2, 0, exact_sum.LIMBS), np.int64)

    def _keep_rows(self, sample: str, block: Block) -> None:
        for rows, tap, view in zip(self._rows, self.taps, block.views, strict=True):
            if tap.keep_rows and view.ndim and 0 < view.shape[-1] <= _WIDEST_KEPT and view.size:
                rows.append((rank(sample), view.reshape(-1, view.shape[-1])[0].copy()))
                if len(rows) > 2 * MOST_KEPT:
                    rows[:] = lowest(rows)

    def _empty_tables(self) -> None:
        for t, (table, keys, counts) in enumerate(
            zip(self._tables, self._slot_keys, self._slot_counts, strict=True)
        ):
            if self._distinct[t] < 0:
                counted = _from_table(table, self._group)
            else:
                counted = _from_slots(keys, counts, self._group)
            self._histograms[t] = histogram.merge(self._histograms[t], counted)
            self._distinct[t] = 0 if self._histograms[t].exact else -1


def _from_table(table: NDArray[np.uint32], group: int) -> Histogram:
    found, counts = drain(table)
    return Histogram(found, histogram.in_group(counts, group), exact=False)


def _from_slots(keys: NDArray[np.uint32], counts: NDArray[np.int64], group: int) -> Histogram:
    used = counts > 0
    found = histogram.gathered(keys[used], histogram.in_group(counts[used], group), exact=True)
    counts[:] = 0
    return found


def _to_reals(order: NDArray[np.int32]) -> NDArray[np.float32]:
    """Values of integers made by `sweep.ordered`; NOTHING becomes nan, -0.0 becomes 0.0."""
    real = (order ^ ((order >> 31) & 0x7FFFFFFF)).view(np.float32) + np.float32(0)
    return np.where(np.abs(order) == NOTHING, np.float32(np.nan), real)


def _lazy_zeros(taps: int) -> tuple[mmap.mmap, NDArray[np.uint32]]:
    """Tables that take memory only where a value falls: numpy would ask for huge pages."""
    cells = taps * _KEYS
    private = (
        {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
    )
    memory = mmap.mmap(-1, max(4 * cells, 1), **private)
    return memory, np.frombuffer(memory, np.uint32, cells).reshape(taps, _KEYS)


def stats_of(
    values: ArrayLike,
    name: str = "",
    channel_axis: int | None = None,
    mask_limit: float | None = None,
) -> TensorStats:
    """Statistics of one array of any shape and number type, taken as one sample."""
    array = np.asarray(values)
    taps = [Tap(name, channel_axis, keep_rows=True, mask_limit=mask_limit)]
    block = Block(taps, [array.shape])
    block.fill([array])
    collector = Collector(taps)
    collector.observe("", block)
    return collector.freeze()[0]
