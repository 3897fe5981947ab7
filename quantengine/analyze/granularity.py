"""One scale for a weight against one for each of its output channels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.copies import Copy, copies_model
from quantengine.analyze.metrics import as_json
from quantengine.analyze.parts import LayerParts, channel_axis, layer_parts
from quantengine.analyze.probes import PROBES, Probes, probe_samples
from quantengine.analyze.simulate import Simulator
from quantengine.formats.granularity import PER_CHANNEL, PER_TENSOR, PlannedGranularity
from quantengine.graph.flow import Weight
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.simulation import bias_values
from quantengine.runtime import Session
from quantengine.verdict.differences import ChannelDifference

Array = NDArray[Any]
Values = tuple[float, ...]

LEAST_GAIN_DB = 1.0
"""Below this per-channel scales are not worth their bytes, and the reason is given."""

_VARIANTS = {str(each): each for each in (PER_TENSOR, PER_CHANNEL)}
_NARROW = 2.0
_EXACT_DB = 100.0


@dataclass(frozen=True)
class Side:
    """A weight at one granularity: SQNR of the weight and of the layer's output on float inputs.

    `weight_channels_db`, `output_channels_db`: of each output channel.
    """

    weight_db: float
    output_db: float
    weight_channels_db: Values
    output_channels_db: Values
    clipped_bias: int
    raised: int


@dataclass(frozen=True)
class WeightGranularity:
    """A weight both ways. `low`, `high`: the values of each output channel.

    `reason` says why per-channel scales are not better, None where they are.
    """

    layer: str
    weight: str
    low: Values
    high: Values
    tensor: Side
    channel: Side
    reason: str | None

    @property
    def gain_db(self) -> float:
        """What per-channel scales bring at the layer's output; 0 where both are exact."""
        if self.channel.output_db == self.tensor.output_db:
            return 0.0
        return self.channel.output_db - self.tensor.output_db


@dataclass(frozen=True)
class Granularities:
    """Every weight with output channels, in order of execution."""

    model: str
    samples: int
    weights: tuple[WeightGranularity, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts; null where no finite number says it."""
        return dict(as_json(self))

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a weight."""
        return [
            {
                "layer": row.layer,
                "weight": row.weight,
                "channels": len(row.low),
                "tensor_weight_db": row.tensor.weight_db,
                "channel_weight_db": row.channel.weight_db,
                "tensor_output_db": row.tensor.output_db,
                "channel_output_db": row.channel.output_db,
                "gain_db": row.gain_db,
                "reason": row.reason or "",
            }
            for row in self.weights
        ]


def compare_granularities(
    model: FloatModel,
    plan: QuantPlan,
    table: CalibrationTable | None,
    probes: Probes,
    *,
    limit: int | None = PROBES,
    monitor: Monitor = SILENT,
) -> Granularities:
    """Both granularities of every weight in one run; raises PlanError, DataError, Cancelled."""
    sides = {
        word: resolve_plan(model, _with_granularity(plan, each), table, monitor=monitor)
        for word, each in _VARIANTS.items()
    }
    run = _Run(model, sides)
    count = 0
    for sample in probe_samples(probes, limit, monitor, "Comparing granularities"):
        run.add(sample.feeds, monitor)
        count += 1
    return Granularities(model.path.name, count, tuple(run.rows()))


def _with_granularity(plan: QuantPlan, wanted: PlannedGranularity) -> QuantPlan:
    """The plan with every weight at this granularity, overrides included."""
    kept = tuple(
        replace(
            override,
            settings=tuple(
                s for s in override.settings if s[0].rpartition(".")[2] != "granularity"
            ),
        )
        for override in plan.overrides
    )
    return replace(plan, weights=replace(plan.weights, granularity=wanted), overrides=kept)


class _Run:
    def __init__(self, model: FloatModel, sides: Mapping[str, Resolution]) -> None:
        self.model, self.sides = model, sides
        encodings = sides["tensor"].encodings
        self.layers = [(p, w) for p in layer_parts(encodings) for w in _channelled(p)]
        self.copies = {
            (part.name, word): Copy(part.name, word, part.weights)
            for part, _ in self.layers
            for word in _VARIANTS
        }
        taps = [part.node.output for part, _ in self.layers]
        self.network = copies_model(model, encodings, list(self.copies.values()), taps)
        self.session = Session(self.network.proto, optimize=False)
        self.steering = self._steering()
        self.sums = {
            (part.name, word): ChannelDifference(channel_axis(model, part.node.output))
            for part, _ in self.layers
            for word in _VARIANTS
        }

    def _steering(self) -> dict[str, Array]:
        found: dict[str, Array] = {}
        simulators = {word: Simulator(self.model) for word in _VARIANTS}
        for (copy, weight), name in self.network.weights.items():
            encodings = self.sides[copy.variant].encodings
            found[name] = simulators[copy.variant].weight(encodings, weight, quantized=True)
        for copy, name in self.network.biases.items():
            encodings = self.sides[copy.variant].encodings
            node = encodings.flow.nodes[copy.layer]
            values = bias_values(self.model, encodings, node, quantized=True)
            assert values is not None
            found[name] = values
        return found

    def add(self, feeds: Mapping[str, Array], monitor: Monitor) -> None:
        found = self.session.run({**feeds, **self.steering}, monitor=monitor)
        for (layer, word), copy in self.copies.items():
            reference = self.sides["tensor"].flow.nodes[layer].output
            self.sums[layer, word].add(found[reference], found[self.network.outputs[copy]])

    def rows(self) -> list[WeightGranularity]:
        return [self._row(part, weight) for part, weight in self.layers]

    def _row(self, part: LayerParts, weight: Weight) -> WeightGranularity:
        values = self.model.weight(weight.tensor)
        assert weight.axis is not None
        groups = np.moveaxis(values, weight.axis, 0).reshape(values.shape[weight.axis], -1)
        tensor, channel = (self._side(part, weight, values, word) for word in _VARIANTS)
        low, high = groups.min(axis=1, initial=0), groups.max(axis=1, initial=0)
        return WeightGranularity(
            layer=part.name,
            weight=weight.tensor,
            low=tuple(map(float, low)),
            high=tuple(map(float, high)),
            tensor=tensor,
            channel=channel,
            reason=_reason(tensor, channel, np.maximum(-low, high)),
        )

    def _side(self, part: LayerParts, weight: Weight, values: Array, word: str) -> Side:
        resolution = self.sides[word]
        difference = ChannelDifference(weight.axis)
        difference.add(values, resolution.encodings.weight_of(weight.tensor, values))
        output = self.sums[part.name, word]
        return Side(
            weight_db=difference.whole.sqnr_db,
            output_db=output.whole.sqnr_db,
            weight_channels_db=difference.channels_db,
            output_channels_db=output.channels_db,
            clipped_bias=resolution.clipped_bias.get(part.name, 0),
            raised=resolution.raised.get(weight.tensor, 0),
        )


def _channelled(part: LayerParts) -> Sequence[Weight]:
    """The weight of a layer that multiplies by one with output channels."""
    if kind_of(part.node.node) is not Kind.CORE:
        return ()
    return [w for w in part.node.weights if w.axis is not None and w.tensor in part.weights]


def _reason(tensor: Side, channel: Side, widths: NDArray[np.float32]) -> str | None:
    """One sentence where per-channel scales bring less than LEAST_GAIN_DB."""
    both_exact = min(tensor.output_db, channel.output_db) > _EXACT_DB
    if not both_exact and channel.output_db >= tensor.output_db + LEAST_GAIN_DB:
        return None
    if math.isnan(channel.output_db - tensor.output_db) and not both_exact:
        return "There is no figure: the layer's outputs are zero or no numbers."
    if widths.size == 1:
        return "The weight has a single output channel, so both are the same."
    if channel.clipped_bias or channel.raised:
        return (
            f"Small channel scales do not suit the bias: {channel.raised} had to be raised and "
            f"{channel.clipped_bias} bias values were cut off, so that they fit int32."
        )
    if both_exact:
        return "Both are as good as exact: one scale tells all values of the weight apart."
    alive = widths[widths > 0]
    if alive.size < widths.size / 2:
        return f"{widths.size - alive.size} of {widths.size} channels are all zero."
    if alive.max() < _NARROW * alive.min():
        return (
            f"The channels have nearly equal ranges ({alive.min():.3g} to {alive.max():.3g}), so "
            "one scale suits them all."
        )
    return (
        "The widest channels make most of the output, and their scale is the same both ways; the "
        f"small ones gain {_median_gain(tensor, channel):.1f} dB (median)."
    )


def _median_gain(tensor: Side, channel: Side) -> float:
    gains = np.subtract(channel.output_channels_db, tensor.output_channels_db)
    known = gains[np.isfinite(gains)]
    return float(np.median(known)) if known.size else 0.0
