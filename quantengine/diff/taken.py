"""What a file decided, as a plan on the float network: exact where a plan can say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from quantengine.counted import counted
from quantengine.diff.joined import Joined
from quantengine.diff.places import layer_values
from quantengine.diff.reading import is_whole
from quantengine.diff.weights import WeightPair
from quantengine.errors import PlanError
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import (
    PER_CHANNEL,
    PerAxis,
    PerBlock,
    planned,
)
from quantengine.graph.flow import Flow, integer_flow
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.patterns import exact
from quantengine.plan import DYNAMIC, FLOAT, QuantPlan, Setting, TensorPlan
from quantengine.resolve.given import given_scales, range_by_hand, type_of_weight
from quantengine.sentence import Sentence
from quantengine.targets import plan_for

_NAMED = 3
_WIDEST = 16


@dataclass(frozen=True)
class Taken:
    """A plan, and what of the file it cannot say."""

    plan: QuantPlan
    notes: tuple[Sentence, ...]


def take_over(joined: Joined) -> Taken:
    """Ranges, types and granularity of the file; raises PlanError where it has none of either."""
    taker = _Taker(joined)
    if not taker.grids and not taker.weights and not joined.other.dynamic:
        raise PlanError(
            "{0} holds no integers that were found in the float model: there is nothing to take "
            "over.",
            joined.other.file.path.name,
        )
    return taker.taken()


class _Taker:
    def __init__(self, joined: Joined) -> None:
        self.joined, self.other, self.model = joined, joined.other, joined.model
        self.of = {place.tensor: place for place in joined.places}
        self.own = joined.weights
        self.outputs = any(
            self.of[name].other in self.other.grids
            for name in self.model.outputs
            if name in self.of
        )
        self.flow: Flow = integer_flow(self.model, quantize_outputs=self.outputs)
        self.grids = dict(self._grids())
        self.weights = dict(self._weights())

    def _grids(self) -> Iterator[tuple[str, Encoding]]:
        """By value that owns a range here: the file's grid."""
        for tensor in self.flow.points():
            place = self.of.get(tensor)
            grid = None if place is None else self.other.grids.get(place.other)
            if grid is not None and is_whole(grid) and grid.dtype.bits <= _WIDEST:
                yield tensor, grid

    def _weights(self) -> Iterator[tuple[str, Encoding]]:
        """By weight of the float network that is codes in the file."""
        for place in self.joined.places:
            for pair in self.own.pairs(place.layer, self.joined.cut.nodes.get(place, ())):
                e = self._encoding(pair) if pair.name in self._readers else None
                if e is not None:
                    yield pair.name, e

    def _encoding(self, pair: WeightPair) -> Encoding | None:
        """Its grid where its scales lie along the axis that ours have.

        Where a batch norm stands apart in the file, the grid of the weight that it is folded into.
        """
        e, right = pair.encoding, self.own.axes.get(pair.name)
        axis = e.granularity.axis if e and isinstance(e.granularity, PerAxis) else None
        if e is None or axis not in (None, right):
            return None
        if not pair.folded:
            return e
        if right is None or not e.symmetric or isinstance(e.granularity, PerBlock):
            return None
        around = tuple(a for a in range(pair.values.ndim) if a != right)
        folded = self.model.weight(pair.name).astype(np.float64)
        power = np.sum(pair.values**2, axis=around)
        gain = np.sum(folded * pair.values, axis=around) / np.where(power > 0, power, 1.0)
        scale = e.scale * np.where(power > 0, np.abs(gain), 1.0)
        safe = np.where(scale > 0, scale, np.max(scale, initial=1e-30)).astype(np.float32)
        zero = np.full(safe.shape, e.dtype.middle, np.int32)
        return Encoding(e.dtype, safe, zero, PerAxis(right))

    @cached_property
    def _readers(self) -> Mapping[str, str]:
        """By weight of a layer: the first that reads it."""
        return {tensor: str(found[0][0].node.name) for tensor, found in self.flow.readers().items()}

    def taken(self) -> Taken:
        weights, activations = self._usual_weights(), self._usual_activations()
        plan = replace(
            plan_for("onnxruntime-cpu"),
            weights=weights,
            activations=activations,
            quantize_outputs=self.outputs,
            keep_float=tuple(exact(name) for name in self._floats()),
        )
        for tensor in self.flow.points():
            settings = self._range(tensor, activations)
            if settings:
                plan = plan.with_override(exact(tensor), **settings)
        for name, encoding in self.weights.items():
            settings = type_of_weight(encoding, weights)
            if settings:
                plan = plan.with_override(exact(name), **settings)
        given = tuple(given_scales(name, e) for name, e in self.weights.items())
        return Taken(replace(plan, given=given), tuple(self._notes()))

    def _usual_weights(self) -> TensorPlan:
        """What most weights are; scales are given one by one."""
        kinds = Counter(
            (e.dtype.name, e.symmetric, planned(e.granularity)) for e in self.weights.values()
        )
        (dtype, symmetric, granularity), _ = (
            kinds.most_common(1)[0] if kinds else ((FLOAT, True, PER_CHANNEL), 0)
        )
        return TensorPlan(dtype, symmetric, granularity, method="minmax")

    def _usual_activations(self) -> TensorPlan:
        kinds = Counter((e.dtype.name, e.symmetric) for e in self.grids.values())
        if not kinds:
            return TensorPlan(DYNAMIC if self.other.dynamic else FLOAT, symmetric=False)
        (dtype, symmetric), _ = kinds.most_common(1)[0]
        return TensorPlan(dtype, symmetric, method="minmax")

    def _range(self, tensor: str, usual: TensorPlan) -> dict[str, Setting]:
        """The grid of a value as a range by hand, from which encoding it gives it back."""
        grid = self.grids.get(tensor)
        if grid is None:
            return {} if usual.integer is None else {"activations.dtype": FLOAT}
        return {f"activations.{name}": value for name, value in range_by_hand(grid, usual).items()}

    def _floats(self) -> Iterator[str]:
        """Layers that multiply by weights here and whose weights are floats in the file."""
        read = {reader for name, reader in self._readers.items() if name in self.weights}
        for name, node in self.flow.nodes.items():
            weighted = kind_of(node.node) is Kind.CORE and node.weights
            if weighted and name not in read:
                yield name

    def _notes(self) -> Iterator[Sentence]:
        values = {*self.flow.points()}
        lost = [p.tensor for p in self.joined.places if self._is_lost(p.tensor, values)]
        if lost:
            yield Sentence(
                "Of values that stay float here: {0}, '{1}' the first.",
                *(counted(len(lost), "range"), lost[0]),
            )
        have = {place.other for place in self.joined.places}
        inner = [value for value in self.other.grids if value not in have]
        if inner:
            yield Sentence(
                "Of values that the float model does not have: {0} of the file, '{1}' the first.",
                *(counted(len(inner), "range"), inner[0]),
            )
        layers = {*layer_values(self.model)} & {*self._floats()}
        if layers:
            named = ", ".join(sorted(layers)[:_NAMED])
            yield Sentence("Layers whose weights are floats in the file stay float: {0}.", named)

    def _is_lost(self, tensor: str, values: set[str]) -> bool:
        grid = self.other.grids.get(self.of[tensor].other)
        return grid is not None and tensor not in values and tensor not in self.flow.owners
