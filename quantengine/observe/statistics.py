"""What is known of one tensor after observing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quantengine.observe import histogram as histograms
from quantengine.observe import moments as channel_moments
from quantengine.observe import sentinels
from quantengine.observe.distribution import Distribution, Doubles
from quantengine.observe.histogram import Histogram
from quantengine.observe.moments import Moments

MOST_KEPT = 64
Row = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ChannelStats:
    """low, high, mean, variance float64 `[C]`; nan where a channel has no value."""

    low: Doubles
    high: Doubles
    mean: Doubles
    variance: Doubles


@dataclass(frozen=True, eq=False)
class TensorStats:
    """Everything the range methods need of one tensor, from any number of samples.

    shape: the largest size seen along each axis. sample_ranges float32 `[samples, 2]`: smallest
    and largest finite value of each sample, nan where it had none. kept_rows: (rank, row) of some
    samples, the lowest ranks first; a rank is a number drawn from the sample's name. batch_norm:
    (gamma, beta) of the batch norm that made the tensor, where a caller knows it. mask_limit: from
    which value down its values are mask constants, as the graph tells; None where it holds none.
    prepared: what the darkest and the brightest pixel become, where a caller knows it.
    """

    name: str
    shape: tuple[int, ...]
    channel_axis: int | None
    histogram: Histogram
    moments: Moments
    sample_ranges: NDArray[np.float32]
    nan_count: int = 0
    inf_count: int = 0
    huge_count: int = 0
    kept_rows: tuple[tuple[int, Row], ...] = ()
    batch_norm: tuple[Doubles, Doubles] | None = None
    mask_limit: float | None = None
    prepared: tuple[float, float] | None = None

    @cached_property
    def full_distribution(self) -> Distribution:
        """Finite values below 1e30, mask constants included."""
        low = self.moments.low.min(initial=np.inf)
        high = self.moments.high.max(initial=-np.inf)
        return self.histogram.distribution(float(low), float(high))

    @cached_property
    def _split(self) -> tuple[Distribution, float]:
        return sentinels.split(self.full_distribution, self.mask_limit)

    @property
    def distribution(self) -> Distribution:
        """Finite values without mask constants: what ranges are chosen from."""
        return self._split[0]

    @property
    def mask_count(self) -> int:
        """Mask constants among the finite values below 1e30."""
        return int(self._split[1])

    @property
    def sentinel_count(self) -> int:
        """Finite values that `distribution` leaves out: mask constants, and those from 1e30 on."""
        return self.huge_count + self.mask_count

    @property
    def count(self) -> int:
        """Values in `distribution`."""
        return int(self.distribution.total)

    @property
    def low(self) -> float:
        """Smallest value of the distribution; nan where there is none."""
        return self.distribution.low

    @property
    def high(self) -> float:
        """Largest value of the distribution; nan where there is none."""
        return self.distribution.high

    @cached_property
    def mean(self) -> float:
        """Mean without mask constants; nan where there is no value."""
        if self._split[1]:
            return self.distribution.mean
        return float(self.moments.whole.mean[0])

    @cached_property
    def variance(self) -> float:
        """Mean squared distance from the mean, without mask constants; nan without a value."""
        if self._split[1]:
            return self.distribution.variance
        return float(self.moments.whole.variance[0])

    @property
    def sample_low(self) -> NDArray[np.float32]:
        """float32 `[samples]`: smallest value of each, not below `low`; nan where it had none."""
        return np.clip(self.sample_ranges[:, 0], np.float32(self.low), np.float32(self.high))

    @property
    def sample_high(self) -> NDArray[np.float32]:
        """float32 `[samples]`: largest value of each, not above `high`; nan where it had none."""
        return np.clip(self.sample_ranges[:, 1], np.float32(self.low), np.float32(self.high))

    @cached_property
    def movement(self) -> float:
        """How far the ends of the range lie apart in both halves, as a share of it.

        Halves are every second sample by name. nan where one of them has no value; 0 where the
        range is a point.
        """
        whole = self.high - self.low
        if not whole > 0:
            return 0.0 if whole == 0 else float("nan")
        one, other = (self._ends(self.sample_ranges[half::2]) for half in (0, 1))
        return float(np.max(np.abs(one - other))) / whole

    def _ends(self, ranges: NDArray[np.float32]) -> Doubles:
        """float64 `[2]`: low and high of some samples; nan without a value."""
        known = ranges[~np.isnan(ranges[:, 0])].astype(np.float64)
        if not len(known):
            return np.full(2, np.nan)
        return np.asarray(np.clip([known[:, 0].min(), known[:, 1].max()], self.low, self.high))

    @cached_property
    def channels(self) -> ChannelStats | None:
        """Statistics along `channel_axis`; None without one or where its size varies."""
        axis, moments = self.channel_axis, self.moments
        rank = len(self.shape)
        if axis is None or not -rank <= axis < rank or self.shape[axis] != moments.channels:
            return None
        low = np.where(moments.count > 0, moments.low, np.nan).astype(np.float64)
        high = np.where(moments.count > 0, moments.high, np.nan).astype(np.float64)
        return ChannelStats(low, high, moments.mean, moments.variance)

    @property
    def kept(self) -> Row | None:
        """Raw rows float32 `[rows, width]` along the last axis, one a sample; None if not kept."""
        if not self.kept_rows:
            return None
        width = self.kept_rows[0][1].size
        return np.stack([row for _, row in self.kept_rows if row.size == width])


def merge(a: TensorStats, b: TensorStats, order: Sequence[int] | None = None) -> TensorStats:
    """Statistics of the samples of both; `order` sorts the joined samples, a's before b's."""
    ranges = np.concatenate((a.sample_ranges, b.sample_ranges))
    return TensorStats(
        a.name,
        largest_shape(a.shape, b.shape),
        a.channel_axis,
        histograms.merge(a.histogram, b.histogram),
        channel_moments.merge(a.moments, b.moments),
        ranges if order is None else ranges[np.asarray(order, np.intp)],
        a.nan_count + b.nan_count,
        a.inf_count + b.inf_count,
        a.huge_count + b.huge_count,
        lowest((*a.kept_rows, *b.kept_rows)),
        a.batch_norm,
        a.mask_limit if b.mask_limit is None else b.mask_limit,
    )


def lowest(rows: Sequence[tuple[int, Row]]) -> tuple[tuple[int, Row], ...]:
    """The rows of lowest rank, MOST_KEPT at most."""
    return tuple(sorted(rows, key=lambda kept: kept[0])[:MOST_KEPT])


def largest_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """The largest size along each axis; of two ranks the higher."""
    if len(a) != len(b):
        return max(a, b, key=len)
    return tuple(max(pair) for pair in zip(a, b, strict=True))
