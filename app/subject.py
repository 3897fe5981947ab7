"""One tensor as the views look at it: what it is, how it is quantized and how well."""

from __future__ import annotations

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from app.edits import ACTIVATIONS, WEIGHTS
from app.outcome import Outcome
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.formats.granularity import PerAxis, rows
from quantengine.formats.metrics import sqnr_db
from quantengine.graph.model import FloatModel
from quantengine.observe.distribution import Distribution, quantization_noise
from quantengine.observe.statistics import TensorStats
from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeChoice

OUTPUT, INPUT, WEIGHT = "output", "input", "weight"


@dataclass(frozen=True)
class Place:
    """A tensor and what it is to a layer; `role` is output, input or weight."""

    role: str
    tensor: str
    axis: int | None = None
    """The axis of a weight's channels."""

    @property
    def settings_role(self) -> str:
        """Which of the plan's roles its settings have."""
        return WEIGHTS if self.role == WEIGHT else ACTIVATIONS


@dataclass(frozen=True, eq=False)
class Subject:
    """A tensor of a layer under a plan; None where it is not known (yet)."""

    layer: str
    place: Place
    plan: TensorPlan
    stats: TensorStats | None = field(repr=False)
    encoding: Encoding | None
    choice: RangeChoice | None
    sqnr_db: float | None

    @property
    def is_scalar(self) -> bool:
        """Whether one range holds for all values, so that it can be dragged."""
        return self.encoding is not None and self.encoding.scale.ndim == 0


@dataclass(frozen=True)
class Figures:
    """What a range does to a tensor; `clipped` is a share of one."""

    encoding: Encoding
    sqnr_db: float
    clipped: float

    @property
    def step(self) -> float:
        return float(self.encoding.scale)

    @property
    def low(self) -> float:
        return float(self.encoding.low)

    @property
    def high(self) -> float:
        return float(self.encoding.high)


def places(outcome: Outcome, layer: str) -> tuple[Place, ...]:
    """The tensors of a layer that may carry codes: output first, weights, then inputs."""
    known = next((each for each in outcome.layers if each.name == layer), None)
    node = outcome.flow.nodes.get(layer)
    if known is None:
        return ()
    owner = outcome.flow.owners.get(known.output)
    found = [] if owner is None else [Place(OUTPUT, owner)]
    if node is not None:
        found += [Place(WEIGHT, weight.tensor, weight.axis) for weight in node.weights]
    owners = (outcome.flow.owners.get(name) for name in known.inputs)
    found += [Place(INPUT, owner) for owner in dict.fromkeys(owners) if owner is not None]
    return tuple({place.tensor: place for place in reversed(found)}.values())[::-1]


def chosen_place(outcome: Outcome, layer: str, tensor: str | None) -> Place | None:
    """The tensor of a layer that a person looks at; its output where none was chosen."""
    offered = places(outcome, layer)
    return next((p for p in offered if p.tensor == tensor), offered[0] if offered else None)


def subject(outcome: Outcome, layer: str, place: Place, stats: TensorStats | None) -> Subject:
    """`stats` are those of the tensor, or of one channel of it."""
    resolution = outcome.resolution
    if place.role == WEIGHT:
        plan = outcome.decisions.weights(layer, place.tensor)
    else:
        plan = outcome.decisions.activations(producer(outcome, place.tensor), place.tensor)
    if resolution is None:
        return Subject(layer, place, plan, stats, None, None, None)
    encodings = resolution.encodings
    known = encodings.weights if place.role == WEIGHT else encodings.activations
    return Subject(
        layer,
        place,
        plan,
        stats,
        known.get(place.tensor),
        resolution.choices.get(place.tensor),
        resolution.sqnr_db.get(place.tensor),
    )


def producer(outcome: Outcome, tensor: str) -> str | None:
    """The layer whose output range a tensor is."""
    return next((name for name, node in outcome.flow.nodes.items() if node.output == tensor), None)


def figures(
    distribution: Distribution, plan: TensorPlan, low: float, high: float
) -> Figures | None:
    """What a range by hand would do; None where the tensor stays float."""
    dtype = plan.integer
    if dtype is None:
        return None
    encoding = encode_range(low, high, dtype, symmetric=plan.symmetric)
    return judge(distribution, encoding)


def judge(distribution: Distribution, encoding: Encoding) -> Figures:
    """What an encoding of the whole tensor does to it."""
    lost, signal, clipped = quantization_noise(
        distribution,
        float(encoding.scale),
        float(encoding.zero_point),
        encoding.qmin,
        encoding.qmax,
    )
    total = distribution.total
    return Figures(encoding, sqnr_db(signal, lost), clipped / total if total else 0.0)


_weights: WeakKeyDictionary[FloatModel, dict[object, TensorStats]] = WeakKeyDictionary()


def known_stats(outcome: Outcome, place: Place, channel: int | None = None) -> TensorStats | None:
    """Statistics that are there without work; None where `weight_stats` must be asked."""
    if place.role == WEIGHT:
        return _weights.get(outcome.model, {}).get((place.tensor, channel))
    return None if outcome.table is None else outcome.table.tensors.get(place.tensor)


def weight_stats(model: FloatModel, place: Place, channel: int | None = None) -> TensorStats | None:
    """Statistics of a constant, or of one channel of it; remembered as long as the model lives."""
    values = model.constant(place.tensor)
    if values is None:
        return None
    kept = _weights.setdefault(model, {})
    key = (place.tensor, channel)
    if key not in kept:
        chosen = values if channel is None else _channel(values, place, channel)
        kept[key] = TensorStats.of_values(chosen, place.tensor, place.axis)
    return kept[key]


def _channel(values: NDArray[np.generic], place: Place, channel: int) -> NDArray[np.generic]:
    return rows(values, PerAxis(place.axis or 0))[channel]


def density(distribution: Distribution, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many values lie between each pair of `edges`, bins spread evenly; `[len(edges) - 1]`."""
    cumulated = np.cumsum(distribution.count)
    before = np.concatenate(([0.0], cumulated[:-1]))
    x = np.stack([distribution.left, distribution.right], axis=1).reshape(-1)
    y = np.stack([before, cumulated], axis=1).reshape(-1)
    span = float(edges[-1] - edges[0]) or 1.0
    spike = np.zeros_like(x)
    spike[1::2] = np.where(distribution.left == distribution.right, 1e-9 * span, 0.0)
    reach = np.append(edges[:-1], edges[-1] + 2e-9 * span)  # the largest value belongs to the last
    return np.diff(np.interp(reach, np.maximum.accumulate(x + spike), y, left=0.0))


def levels(
    distribution: Distribution, encoding: Encoding
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Real value of each code, and how many values take it; clipped ones at the ends."""
    scale, zero = float(encoding.scale), int(encoding.zero_point)
    codes = np.arange(encoding.qmin, encoding.qmax + 1)
    centres = (codes - zero) * scale
    edges = np.concatenate((centres - scale / 2, centres[-1:] + scale / 2))
    edges[0] = min(edges[0], distribution.low) - scale
    edges[-1] = max(edges[-1], distribution.high) + scale
    return centres, density(distribution, edges)
