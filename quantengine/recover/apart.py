"""How much channels of one tensor lose to what they share: a range, scales of the weights."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from quantengine.graph.model import FloatModel
from quantengine.graph.weighted import blocks
from quantengine.observe.statistics import ChannelStats
from quantengine.observe.table import CalibrationTable
from quantengine.recover.groups import ChannelGroup, channel_groups

_WORTH = 4.0
"""Noise of a layer's output that is 12 dB higher. Measured of 8 trained networks: by ranges of
activations 1.2 to 5.2, by scales of weights 1.0 to 2.8, and 14 where evening out gains 18 dB.
"""
_TOLD: WeakKeyDictionary[CalibrationTable, bool] = WeakKeyDictionary()
"""Statistics are of one model: they tell the same under each plan."""

Doubles = NDArray[np.float64]


def far_apart(model: FloatModel, table: CalibrationTable) -> bool:
    """Whether some channels, scaled alike, would leave the layers behind them much less noise."""
    if table not in _TOLD:
        groups, _ = channel_groups(model)
        _TOLD[table] = any(t > _WORTH for group in groups for t in _lost(model, group, table))
    return _TOLD[table]


def _lost(model: FloatModel, group: ChannelGroup, table: CalibrationTable) -> Iterator[float]:
    """How many times the noise is that of channels alike: by activations, by each weight."""
    free = group.free(table)
    weights = [blocks(node, model.weight(node.input[1])) for node in group.readers]
    squares = [np.square(weight, dtype=np.float64) for weight in weights]
    power = np.sum([each.sum(axis=(1, 3)).reshape(-1) for each in squares], axis=0)
    for channels in _known(group, table):
        reach = np.nan_to_num(np.maximum(np.abs(channels.low), np.abs(channels.high)))
        yield _times(reach[None], power[None], free[None])
        seen = np.nan_to_num(np.square(channels.mean) + channels.variance)
        for each in squares:
            largest = np.sqrt(each.max(axis=(1, 3)))
            yield _times(largest, seen.reshape(largest.shape), free.reshape(largest.shape))


def _known(group: ChannelGroup, table: CalibrationTable) -> Iterator[ChannelStats]:
    found = (group.seen(tensor, table) for tensor in group.tensors)
    return (channels for channels in found if channels is not None)


def _times(reach: Doubles, power: Doubles, free: NDArray[np.bool_]) -> float:
    """Of what `[G, C]` reaches so far, each group with one step; zeros have a code of their own."""
    most, used = np.max(reach, axis=1, keepdims=True), (reach > 0) & (power > 0)
    alike = np.where(free, reach, most)
    apart = float(np.sum(power * alike**2, where=used))
    return float(np.sqrt(np.sum(power * most**2, where=used) / apart)) if apart > 0 else 0.0
