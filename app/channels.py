"""The channels of one tensor: their ranges, and what a shared scale does to each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.outcome import Outcome
from app.subject import WEIGHT, Place
from quantengine.analyze.differences import ChannelDifference
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.formats.granularity import PER_TENSOR, Granularity, PerAxis, rows
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.rows import choose_rows

Doubles = NDArray[np.float64]

OUTLIER = 4.0
"""A channel this many times wider than the median one spends the codes of all others."""


@dataclass(frozen=True, eq=False)
class Channels:
    """low, high float64 `[C]`; SQNR in dB per channel where it can be known (weights)."""

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
        return self.width == 0

    @property
    def outliers(self) -> NDArray[np.bool_]:
        """Channels much wider than the others."""
        living = self.width[~self.dead]
        if not living.size:
            return np.zeros(self.width.shape, bool)
        return np.asarray(self.width > OUTLIER * np.median(living))


def channels(outcome: Outcome, layer: str, place: Place) -> Channels | None:
    """None where the tensor has no channels or they are not known."""
    if place.role == WEIGHT:
        return _of_weight(outcome, layer, place)
    stats = None if outcome.table is None else outcome.table.tensors.get(place.tensor)
    if stats is None or stats.channels is None:
        return None
    known = stats.channels
    return Channels(place.tensor, np.nan_to_num(known.low), np.nan_to_num(known.high))


def _of_weight(outcome: Outcome, layer: str, place: Place) -> Channels | None:
    values = outcome.model.constant(place.tensor)
    if values is None or place.axis is None:
        return None
    groups = rows(values, PerAxis(place.axis))
    low = np.array([group.min(initial=0.0) for group in groups], np.float64)
    high = np.array([group.max(initial=0.0) for group in groups], np.float64)
    plan = outcome.decisions.weights(layer, place.tensor)
    if plan.integer is None:
        return Channels(place.tensor, low, high)
    spec = RangeSpec(plan.integer, plan.symmetric, narrow=plan.symmetric)
    settings = (spec, plan.method, dict(plan.parameters))
    found = [
        _channel_db(values, place.axis, _encoding(values, granularity, *settings))
        for granularity in (PER_TENSOR, PerAxis(place.axis))
    ]
    return Channels(place.tensor, low, high, *found)


def _encoding(
    values: NDArray[np.generic],
    granularity: Granularity,
    spec: RangeSpec,
    method: str,
    parameters: dict[str, float],
) -> Encoding:
    low, high = choose_rows(rows(values, granularity), spec, method, parameters)
    shape = () if granularity == PER_TENSOR else low.shape
    return encode_range(
        low.reshape(shape),
        high.reshape(shape),
        spec.dtype,
        symmetric=spec.symmetric,
        narrow=spec.narrow,
        granularity=granularity,
    )


def _channel_db(values: NDArray[np.generic], axis: int, encoding: Encoding) -> Doubles:
    from quantengine.formats.metrics import sqnr_db

    difference = ChannelDifference(axis)
    difference.add(values, encoding.fake_quantize(values))
    pairs = zip(difference.signal, difference.noise, strict=True)
    return np.array([sqnr_db(float(signal), float(noise)) for signal, noise in pairs])
