"""The channels of one tensor: their ranges, and what a shared scale does to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.differences import ChannelDifference
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.formats.granularity import PER_TENSOR, Granularity, PerAxis, rows
from quantengine.formats.metrics import sqnr_db
from quantengine.observe.statistics import TensorStats
from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.rows import choose_rows

Array = NDArray[Any]
Doubles = NDArray[np.float64]

OUTLIER = 4.0
"""A channel this many times wider than the median living one spends the codes of all others."""


@dataclass(frozen=True, eq=False)
class Channels:
    """low, high float64 `[C]`; SQNR in dB of each channel with one scale and with its own."""

    tensor: str
    low: Doubles
    high: Doubles
    tensor_db: Doubles | None = None
    channel_db: Doubles | None = None

    @property
    def width(self) -> Doubles:
        """The larger end of each channel's range."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    @property
    def dead(self) -> NDArray[np.bool_]:
        """Channels that hold nothing but zeros."""
        return np.asarray(self.width == 0)

    @property
    def outliers(self) -> NDArray[np.bool_]:
        """Channels much wider than the others."""
        living = self.width[~self.dead]
        if not living.size:
            return np.zeros(self.width.shape, bool)
        return np.asarray(self.width > OUTLIER * np.median(living))


def activation_channels(stats: TensorStats) -> Channels | None:
    """Ranges of an activation's channels; None where it has none of fixed number."""
    if stats.channels is None:
        return None
    low, high = (np.nan_to_num(end) for end in (stats.channels.low, stats.channels.high))
    return Channels(stats.name, low, high)


def weight_channels(values: Array, axis: int, plan: TensorPlan, tensor: str = "") -> Channels:
    """Ranges of a weight's channels along `axis`, and SQNR under the plan at both granularities.

    A weight that stays float, or has signs for codes, has no SQNR. Raises PlanError.
    """
    groups = rows(values, PerAxis(axis))
    low = np.array([group.min(initial=0.0) for group in groups], np.float64)
    high = np.array([group.max(initial=0.0) for group in groups], np.float64)
    if plan.integer is None or plan.integer.is_sign:
        return Channels(tensor, low, high)
    whole, own = (
        channel_sqnr_db(values, axis, _encoding(values, granularity, plan))
        for granularity in (PER_TENSOR, PerAxis(axis))
    )
    return Channels(tensor, low, high, whole, own)


def channel_sqnr_db(values: Array, axis: int, encoding: Encoding) -> Doubles:
    """SQNR of each channel along `axis`, float64 `[C]`; nan for a channel of zeros."""
    difference = ChannelDifference(axis)
    difference.add(values, encoding.fake_quantize(values))
    pairs = zip(difference.signal, difference.noise, strict=True)
    return np.array([sqnr_db(float(signal), float(noise)) for signal, noise in pairs])


def per_channel_sqnr_db(
    values: Array,
    axis: int,
    spec: RangeSpec,
    method: str,
    parameters: Mapping[str, float] = MappingProxyType({}),
) -> float:
    """SQNR of a whole weight with a range of its own for each channel; raises PlanError."""
    granularity = PerAxis(axis)
    low, high = choose_rows(rows(values, granularity), spec, method, parameters)
    encoding = encode_range(
        low,
        high,
        spec.dtype,
        symmetric=spec.symmetric,
        narrow=spec.narrow,
        granularity=granularity,
    )
    difference = ChannelDifference(axis)
    difference.add(values, encoding.fake_quantize(values))
    return difference.whole.sqnr_db


def _encoding(values: Array, granularity: Granularity, plan: TensorPlan) -> Encoding:
    """The grid the plan means at another granularity; a range by hand holds for every channel."""
    dtype = plan.integer
    assert dtype is not None
    spec = RangeSpec(dtype, plan.symmetric, narrow=plan.symmetric)
    groups = rows(values, granularity)
    if plan.low is not None and plan.high is not None:
        low, high = np.full(len(groups), plan.low), np.full(len(groups), plan.high)
    else:
        low, high = choose_rows(groups, spec, plan.method, dict(plan.parameters))
    shape = () if granularity == PER_TENSOR else low.shape
    return encode_range(
        low.reshape(shape),
        high.reshape(shape),
        dtype,
        symmetric=spec.symmetric,
        narrow=spec.narrow,
        granularity=granularity,
    )
