"""One tensor as the views look at it: what it is, how it is quantized and how well."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from quantengine.analyze.chosen_levels import is_held_wider
from quantengine.analyze.grid import Figures, judge
from quantengine.decisions import constant_plans, weight_plans
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PER_TENSOR, PerAxis
from quantengine.observe.statistics import TensorStats
from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeChoice
from quantengine.resolve.resolve import activation_encoding, weight_encoding

from .outcome import Outcome
from .place import INPUT, OUTPUT, WEIGHT, Place


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
    follows: bool = False
    """Whether it is a constant that takes type and range of what it is added to, or scales."""
    has_chosen_codes: bool = False
    """Whether recovery chose codes that need not be the nearest ones."""
    is_odd: bool = False
    """Whether they are odd alone, of a type with more bits: levels around zero, none at it."""

    @property
    def is_scalar(self) -> bool:
        """Whether one range holds for all values."""
        return self.encoding is not None and self.encoding.scale.ndim == 0

    @property
    def is_free(self) -> bool:
        """Whether a range can be set by hand."""
        return self.is_scalar and not self.follows and not self.is_odd


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
    follows = False
    if place.role == WEIGHT:
        plan = constant_plans(outcome.flow, outcome.decisions)[place.tensor]
        follows = place.tensor not in weight_plans(outcome.flow, outcome.decisions)
    else:
        plan = outcome.decisions.activations(producer(outcome, place.tensor), place.tensor)
    if resolution is None:
        return Subject(layer, place, plan, stats, None, None, None, follows)
    encodings = resolution.encodings
    known = encodings.weights if place.role == WEIGHT else encodings.activations
    has_codes = place.role == WEIGHT and place.tensor in encodings.codes
    return Subject(
        layer,
        place,
        plan,
        stats,
        known.get(place.tensor),
        resolution.choices.get(place.tensor),
        resolution.sqnr_db.get(place.tensor),
        follows,
        has_codes,
        has_codes and is_held_wider(resolution, place.tensor),
    )


def of_channel(whole: Subject, channel: int | None) -> Subject:
    """One channel of a weight with the scale that it has; its range is not free."""
    encoding = whole.encoding
    if channel is None or encoding is None or not isinstance(encoding.granularity, PerAxis):
        return whole
    if not 0 <= channel < encoding.scale.size:
        return whole
    own = replace(
        encoding,
        scale=encoding.scale[channel],
        zero_point=encoding.zero_point[channel],
        granularity=PER_TENSOR,
    )
    return replace(whole, encoding=own, choice=None, sqnr_db=None, follows=True)


def ends_of(shown: Subject) -> tuple[float, float]:
    """The range that was asked for by hand, else the one that codes can stand for."""
    plan, encoding = shown.plan, shown.encoding
    if shown.is_free and plan.low is not None and plan.high is not None:
        return plan.low, plan.high
    assert encoding is not None
    if shown.is_odd and plan.integer is not None:
        last = (2**plan.integer.bits - 1) * float(encoding.scale.max())
        return -last, last
    return float(encoding.low.min()), float(encoding.high.max())


def producer(outcome: Outcome, tensor: str) -> str | None:
    """The layer whose output range a tensor is."""
    return next((name for name, node in outcome.flow.nodes.items() if node.output == tensor), None)


def figures(outcome: Outcome, shown: Subject, low: float, high: float) -> Figures | None:
    """What a range by hand would do; None where the tensor stays float, or nothing is known."""
    encoding = planned_encoding(outcome, shown, replace(shown.plan, low=low, high=high))
    if encoding is None or shown.stats is None:
        return None
    return judge(shown.stats.distribution, encoding)


def planned_encoding(outcome: Outcome, shown: Subject, plan: TensorPlan) -> Encoding | None:
    """The encoding of the whole tensor under another plan, as a file would have it."""
    return planned(outcome, shown, plan)[0]


def planned(
    outcome: Outcome, shown: Subject, plan: TensorPlan
) -> tuple[Encoding | None, RangeChoice | None]:
    """The encoding as `planned_encoding`, and of an activation what was searched for it."""
    model, resolution, tensor = outcome.model, outcome.resolution, shown.place.tensor
    if resolution is None or plan.integer is None:
        return None, None
    if shown.place.role == WEIGHT:
        return weight_encoding(model, resolution, tensor, PER_TENSOR, plan), None
    return activation_encoding(model, resolution, outcome.table, tensor, plan)
