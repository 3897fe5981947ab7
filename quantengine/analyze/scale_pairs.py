"""One scale for a weight against one for each channel of it, of every layer: weights alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from quantengine.analyze.metrics import as_json
from quantengine.formats.granularity import (
    PER_TENSOR,
    Granularity,
    PerAxis,
    PlannedGranularity,
    planned,
)
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import Resolution
from quantengine.resolve.weights import WeightEncoder, granularity_of, weight_sqnr_db


@dataclass(frozen=True)
class ScalePair:
    """A weight at both granularities, SQNR in dB; `used` is what the plan makes of it."""

    layer: str
    weight: str
    dtype: str
    channels: int
    used: PlannedGranularity
    used_db: float
    tensor_db: float
    channel_db: float

    @property
    def gain_db(self) -> float:
        """What scales for each channel bring; 0 where both are exact."""
        if self.tensor_db == self.channel_db:
            return 0.0
        return self.channel_db - self.tensor_db

    def to_json(self) -> dict[str, Any]:
        """A JSON object; null where no finite number says it."""
        found = {"used": str(self.used), "gain_db": as_json(self.gain_db)}
        return {**as_json(self), **found}


def scale_pairs(
    model: FloatModel,
    resolution: Resolution,
    *,
    memo: Memo | None = None,
    monitor: Monitor = SILENT,
) -> tuple[ScalePair, ...]:
    """Every weight with output channels, those that gain most by scales of their own first.

    Types and methods are those of the plan, codes the nearest ones. Raises Cancelled.
    """
    found = _Pairs(model, resolution, {} if memo is None else memo)
    weights = resolution.weight_plans
    told = [found.pair(tensor) for tensor in monitor.track(weights, "Comparing granularities")]
    return tuple(sorted((each for each in told if each is not None), key=_gain, reverse=True))


class _Pairs:
    def __init__(self, model: FloatModel, resolution: Resolution, memo: Memo) -> None:
        flow, decisions = resolution.flow, resolution.decisions
        self.model, self.resolution = model, resolution
        self.encoder = WeightEncoder(model, flow, decisions, resolution.plan.pair_safe, memo)
        self.plans, self.readers = resolution.weight_plans, flow.readers()

    def pair(self, tensor: str) -> ScalePair | None:
        """None for a weight without an axis of channels that all its readers share."""
        plan, readers = self.plans[tensor], self.readers[tensor]
        axes = {weight.axis for _, weight in readers}
        axis = axes.pop() if len(axes) == 1 else None
        if axis is None:
            return None
        own = granularity_of(readers, plan)
        return ScalePair(
            readers[0][0].node.name,
            tensor,
            plan.dtype,
            self.model.weight(tensor).shape[axis],
            planned(own),
            *(self._db(tensor, each) for each in (own, PER_TENSOR, PerAxis(axis))),
        )

    def _db(self, tensor: str, granularity: Granularity) -> float:
        activations, values = self.resolution.encodings.activations, self.model.weight(tensor)
        encoding = self.encoder.encoding(tensor, self.plans[tensor], granularity, activations)
        return weight_sqnr_db(values, encoding.fake_quantize(values))


def _gain(pair: ScalePair) -> float:
    return -math.inf if math.isnan(pair.gain_db) else pair.gain_db
