"""The channels of one tensor: their ranges, and what a shared scale does to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.granularity import PER_TENSOR, Granularity, PerAxis, rows
from quantengine.formats.metrics import sqnr_db
from quantengine.graph.model import FloatModel
from quantengine.observe.statistics import TensorStats
from quantengine.plan import TensorPlan
from quantengine.resolve.resolve import Resolution, weight_encoding
from quantengine.resolve.weights import weight_sqnr_db
from quantengine.verdict.differences import ChannelDifference

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


def weight_channels(
    model: FloatModel, resolution: Resolution | None, tensor: str, axis: int
) -> Channels:
    """Ranges of a weight's channels along `axis`, and SQNR under the plan at both granularities.

    The one that is planned is what the file has. A weight that stays float, or has signs for
    codes, has no SQNR.
    """
    values = model.weight(tensor)
    groups = rows(values, PerAxis(axis))
    low = np.array([group.min(initial=0.0) for group in groups], np.float64)
    high = np.array([group.max(initial=0.0) for group in groups], np.float64)
    own = None if resolution is None else resolution.encodings.weights.get(tensor)
    if resolution is None or own is None or own.dtype.is_sign:
        return Channels(tensor, low, high)
    whole, each = (
        channel_sqnr_db(values, axis, _rounded(model, resolution, tensor, granularity))
        for granularity in (PER_TENSOR, PerAxis(axis))
    )
    return Channels(tensor, low, high, whole, each)


def channel_sqnr_db(values: Array, axis: int, rounded: Array) -> Doubles:
    """SQNR of each channel along `axis`, float64 `[C]`; nan for a channel of zeros."""
    difference = ChannelDifference(axis)
    difference.add(values, rounded)
    pairs = zip(difference.signal, difference.noise, strict=True)
    return np.array([sqnr_db(float(signal), float(noise)) for signal, noise in pairs])


def planned_sqnr_db(
    model: FloatModel, resolution: Resolution, tensor: str, axis: int, plan: TensorPlan
) -> float:
    """SQNR of a whole weight under another plan, a scale for each channel; raises PlanError."""
    values = model.weight(tensor)
    encoding = weight_encoding(model, resolution, tensor, PerAxis(axis), plan)
    return weight_sqnr_db(values, encoding.fake_quantize(values))


def _rounded(
    model: FloatModel, resolution: Resolution, tensor: str, granularity: Granularity
) -> Array:
    """A weight as it is, or would be, at a granularity."""
    values = model.weight(tensor)
    encoding = weight_encoding(model, resolution, tensor, granularity)
    if encoding is resolution.encodings.weights[tensor]:
        return resolution.encodings.weight_of(tensor, values)
    return encoding.fake_quantize(values)
