"""Activations of a plan: the range each method chooses, and the grid on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from quantengine.data.preprocessing import PIXEL_MAX, byte_grids, prepared_ends
from quantengine.decisions import Decisions
from quantengine.errors import PlanError
from quantengine.formats.encoding import Encoding
from quantengine.graph.clamps import clamped_output, reachable_range
from quantengine.graph.flow import Flow
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.monitor import Monitor
from quantengine.observe.distribution import Doubles
from quantengine.observe.distribution import sqnr_db as distribution_sqnr_db
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable
from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeChoice, RangeSpec
from quantengine.ranges.registry import FALLBACK, METHODS, choose, settings_of, suits
from quantengine.resolve.flat import ends_that_count, told_apart
from quantengine.resolve.memo import Memo
from quantengine.resolve.spec import spec_of
from quantengine.resolve.unsuited import needs_more, refuse_unsuited
from quantengine.sentence import Sentence


@dataclass(frozen=True, eq=False)
class EncodedActivations:
    """By owner tensor: the encoding, the range chosen, and what the tensor keeps, in dB.

    `asking`: the plans of those whose method needs more than values.
    """

    encodings: dict[str, Encoding] = field(default_factory=dict)
    choices: dict[str, RangeChoice] = field(default_factory=dict)
    sqnr_db: dict[str, float] = field(default_factory=dict)
    asking: dict[str, TensorPlan] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ActivationEncoder:
    """Encodes the activations of one model from its statistics, which may be absent."""

    model: FloatModel
    flow: Flow
    decisions: Decisions
    table: CalibrationTable | None
    memo: Memo

    def plan_of(self, tensor: str) -> TensorPlan:
        """What is decided for a tensor, by its own name or that of the layer that makes it."""
        found = self.decisions.activations(self._layers.get(tensor), tensor)
        grid = self._fed.get(tensor)
        dtype = found.integer
        if grid is None or found.by_hand or dtype is None or found.symmetric or dtype.bits != 8:
            return found
        scale, zero = grid
        return replace(found, low=-zero * scale, high=(PIXEL_MAX - zero) * scale)

    @cached_property
    def _fed(self) -> Mapping[str, tuple[float, int]]:
        """By input that is fed as bytes: scale and zero point of these."""
        if self.decisions.plan.edges.io == "float" or self.table is None:
            return {}
        grids = byte_grids(self.table.preprocessing)
        return {name: grid for name, grid in grids.items() if not isinstance(grid, Sentence)}

    @cached_property
    def _layers(self) -> Mapping[str, str]:
        return {node.output: name for name, node in self.flow.nodes.items()}

    def encoded(self, monitor: Monitor) -> EncodedActivations:
        """Raises PlanError where a tensor has no statistics or its plan asks for the impossible."""
        found = EncodedActivations()
        for tensor in monitor.track(self.flow.points(), "Choosing ranges"):
            plan = self.plan_of(tensor)
            if plan.integer is None:
                continue
            key = (tensor, plan)
            if key not in self.memo:
                self.memo[key] = self.encode(tensor, plan)
            found.encodings[tensor], found.choices[tensor], ratio = self.memo[key]
            if ratio is not None:
                found.sqnr_db[tensor] = ratio
            if needs_more(plan):
                found.asking[tensor] = plan
        refuse_unsuited(found.choices, found.asking)
        return found

    def observed(self, tensors: Iterable[str]) -> Iterator[TensorStats]:
        """The statistics of those of `tensors` that have some."""
        known = {} if self.table is None else self.table.tensors
        return (known[tensor] for tensor in tensors if tensor in known)

    def encode(self, tensor: str, plan: TensorPlan) -> tuple[Encoding, RangeChoice, float | None]:
        """One tensor under a plan of its own, an integer; raises PlanError as `encoded`."""
        spec = spec_of(plan, weight=False)
        assert spec is not None
        if spec.dtype.is_sign:
            raise PlanError(
                "'{0}' cannot be int1: signs alone are for weights, choose uint1 for activations.",
                tensor,
            )
        stats = self._statistics(tensor, plan.method)
        choice = self._chosen(tensor, plan, spec, stats)
        encoding = spec.encode(choice.low, choice.high)
        return encoding, choice, self._kept_db(tensor, stats, encoding)

    def sqnr_db(self, tensor: str, encoding: Encoding) -> float | None:
        """What a tensor keeps by itself under an encoding; None without statistics."""
        return self._kept_db(tensor, self._observed(tensor), encoding)

    def _kept_db(self, tensor: str, stats: TensorStats | None, encoding: Encoding) -> float | None:
        """Of the part of each value that something behind the tensor tells."""
        if stats is None:
            return None
        ends = ends_that_count(self.model, tensor, encoding)
        seen = stats.distribution
        return distribution_sqnr_db(seen if ends is None else seen.within(*ends), encoding)

    def _chosen(
        self, tensor: str, plan: TensorPlan, spec: RangeSpec, stats: TensorStats | None
    ) -> RangeChoice:
        if plan.low is not None and plan.high is not None:
            return RangeChoice(plan.low, plan.high, note="set by hand")
        if stats is None:
            raise PlanError(
                "Tensor '{0}' has no statistics: calibrate the model with this data first.", tensor
            )
        choice = self._within_clamp(tensor, _choice(stats, spec, plan))
        choice = self._told_apart(tensor, plan, spec, choice)
        low = choice.low if plan.low is None else plan.low
        high = choice.high if plan.high is None else plan.high
        return replace(choice, low=low, high=high)

    def _statistics(self, tensor: str, method: str) -> TensorStats | None:
        """What was observed of a tensor; what a method needs beside them, too."""
        stats, known = self._observed(tensor), self._known(tensor, method)
        if not known:
            return stats
        from quantengine.observe.collector import stats_of  # with its compiled loops

        return replace(stats or stats_of([], tensor), **known)

    def _known(self, tensor: str, method: str) -> dict[str, Any]:
        """What a method that needs no values goes by."""
        if method == "batchnorm" and tensor in self._batch_norms:
            return {"batch_norm": self._batch_norms[tensor]}
        if method == "pixels" and tensor in self._prepared:
            return {"prepared": self._prepared[tensor]}
        return {}

    @cached_property
    def _prepared(self) -> Mapping[str, tuple[float, float]]:
        """The ends of pixels by input; the one input where the table names none."""
        found = prepared_ends(None if self.table is None else self.table.preprocessing)
        alone = tuple(self.model.inputs)
        return dict.fromkeys(alone, found[""]) if "" in found and len(alone) == 1 else found

    def _observed(self, tensor: str) -> TensorStats | None:
        """The statistics of a tensor, or of what it is moved from: its values are some of those."""
        known = {} if self.table is None else self.table.tensors
        while tensor not in known:
            producer = self.model.producers.get(tensor)
            if producer is None or kind_of(producer) is not Kind.MOVE:
                return None
            tensor = str(producer.input[0])
        return known[tensor]

    @cached_property
    def _batch_norms(self) -> Mapping[str, tuple[Doubles, Doubles]]:
        """(gamma, beta) by the tensor behind the clamp after the layer they were folded into."""
        nodes = {node.name: node for node in self.model.graph.node}
        return {
            clamped_output(self.model, nodes[folding.into]): (
                np.asarray(folding.gamma, np.float64),
                np.asarray(folding.beta, np.float64),
            )
            for folding in self.model.foldings
            if folding.gamma is not None and folding.beta is not None and folding.into in nodes
        }

    def _told_apart(
        self, tensor: str, plan: TensorPlan, spec: RangeSpec, choice: RangeChoice
    ) -> RangeChoice:
        """Without ends that nothing behind the tensor tells apart, unless extremes are meant."""
        if METHODS[plan.method].extremes:
            return choice
        low, high = choice.low, choice.high
        for _ in range(2):  # the steps of the whole range are too wide to tell, of the part finer
            step = float(spec.encode(low, high).scale)
            low, high = told_apart(self.model, tensor, choice.low, choice.high, step)
        if (low, high) == (choice.low, choice.high):
            return choice
        return replace(
            choice, low=low, high=high, note=Sentence("What reads it is flat beyond this range.")
        )

    def _within_clamp(self, tensor: str, choice: RangeChoice) -> RangeChoice:
        """A range no wider than the Relu or Clip before it, so that runtimes can fuse the two."""
        low, high = reachable_range(self.model, tensor)
        return replace(choice, low=max(choice.low, low), high=min(choice.high, high))


def _choice(stats: TensorStats, spec: RangeSpec, plan: TensorPlan) -> RangeChoice:
    """What the method chooses, or the one that takes its place where it has no meaning."""
    parameters = dict(plan.parameters)
    settings_of(plan.method, parameters)
    if suits(plan.method, stats):
        return choose(stats, spec, plan.method, parameters)
    return replace(choose(stats, spec, FALLBACK), by=FALLBACK)
