"""Ways around one range for parts that differ very much, by what the target allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce

from quantengine.errors import ExportError, PlanError
from quantengine.formats.granularity import PER_TENSOR
from quantengine.graph.flow import Flow
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.observe.table import CalibrationTable
from quantengine.patterns import exact, matching
from quantengine.plan import FLOAT, QuantPlan
from quantengine.recover.costs import Costs
from quantengine.recover.even_parts import (
    Joint,
    even_factors,
    joint_of,
    reaches_of,
    with_even_parts,
)
from quantengine.recover.split_layers import can_split, runs_alike, with_split_layers
from quantengine.recover.state import State
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.opset import least_opset
from quantengine.rewrite.qdq import qdq_model
from quantengine.sentence import Sentence
from quantengine.targets import TARGETS, Widths
from quantengine.traps.seen import Seen
from quantengine.traps.shared import APART
from quantengine.traps.trap import TrapKind

_WIDE = 16
Way = tuple[QuantPlan, Sentence]
"""A plan, and what it does in a few words."""


def mendable(resolution: Resolution, pattern: str = "*") -> tuple[str, ...]:
    """The tensors of a plan that have one range for parts that differ very much."""
    found = [trap.tensor for trap in resolution.traps if trap.kind is TrapKind.SHARED]
    return tuple(matching(pattern, found))


def mended(state: State, tensors: Sequence[str]) -> State:
    """With a way around for each of `tensors`, and what that costs; the same where none is."""
    begun, told = _evened(state, tensors)
    mending = _Mending(begun.model, begun.resolution, begun.table)
    left = [tensor for tensor in tensors if tensor in mendable(begun.resolution)]
    told += [text for tensor in left if (text := mending.mend(tensor)) is not None]
    if not told:
        return state.said(Sentence("The target allows neither 16 bits nor float there."))
    before, after = (
        Costs.of(each.model, each.table, resolution)
        for each, resolution in ((state, state.resolution), (begun, mending.resolution))
    )
    text = Sentence("{0}: {1}.", reduce(partial(Sentence, "{0}, {1}"), told), after.beside(before))
    return begun.with_plan(mending.resolution.plan, text)


def _evened(state: State, tensors: Sequence[str]) -> tuple[State, list[Sentence]]:
    """Where single tensors may be neither wider nor float, parts are scaled alike.

    Their layers undo it in weights that have a scale for each output channel; where they have one
    for all, layers are split, one for each run of parts. Statistics are collected anew.
    """
    widths, told, model = _widths(state.resolution), list[Sentence](), state.model
    if _WIDE in widths.activations or widths.float_tensors:
        return state, told
    seen = Seen(model, state.table, state.resolution.flow)
    for tensor in tensors:
        joint = joint_of(model, tensor)
        if joint is None:
            continue
        layers, factors = _listed([node.name for node in joint.layers]), even_factors(seen, joint)
        runs = runs_alike(reaches_of(seen, joint), APART)
        if set(factors) > {1.0} and _have_own_scales(state, joint):
            model = with_even_parts(model, joint, factors)
            told.append(
                Sentence("'{0}' is joined of parts scaled alike, which {1} undoes", tensor, layers)
            )
        elif len(runs) > 1 and can_split(model, joint, state.resolution.decisions.by_name):
            model = with_split_layers(model, joint, runs)
            told.append(
                Sentence("{0} is split into {1}, one for each part of like size", layers, len(runs))
            )
    return state.with_model(model, Sentence("")), told


def _have_own_scales(state: State, joint: Joint) -> bool:
    """Whether each output channel of the layers behind has one: else small weights are lost."""
    plans = state.resolution.weight_plans
    found = [plans.get(node.input[1]) for node in joint.layers]
    return all(plan is not None and plan.granularity != PER_TENSOR for plan in found)


def _widths(resolution: Resolution) -> Widths:
    target = TARGETS.get(resolution.plan.target)
    return Widths((8,), (8,)) if target is None else target.widths


@dataclass(eq=False)
class _Mending:
    model: FloatModel
    resolution: Resolution
    table: CalibrationTable
    memo: Memo = field(default_factory=dict)

    def mend(self, tensor: str) -> Sentence | None:
        """Takes the first way that leads around; gives what it is, None where none does."""
        for plan, text in self._ways(tensor):
            found = self._resolved(plan)
            if found is not None and tensor not in mendable(found) and self._no_worse(found):
                self.resolution = found
                return text
        return None

    def _no_worse(self, found: Resolution) -> bool:
        """Whether no tensor came into the same trap."""
        return set(mendable(found)) <= set(mendable(self.resolution))

    def _resolved(self, plan: QuantPlan) -> Resolution | None:
        """None for a plan that cannot be written."""
        try:
            found = resolve_plan(self.model, plan, self.table, memo=self.memo)
            if least_opset(self.model, found.encodings) > self.model.opset:
                qdq_model(self.model, found.encodings)
        except (PlanError, ExportError):
            return None
        return found

    def _ways(self, tensor: str) -> Iterator[Way]:
        plan, flow = self.resolution.plan, self.resolution.flow
        widths = _widths(self.resolution)
        name = exact(tensor)
        in_float = plan.with_override(name, **{"activations.dtype": FLOAT})
        members = {each for each, owner in flow.owners.items() if owner == tensor}
        readers = _readers(self.model, flow, members)
        moves = [node for node in readers if kind_of(flow.nodes[node].node) is Kind.MOVE]
        layers = [node for node in readers if node not in moves]
        if not layers:
            yield in_float, Sentence("'{0}' stays float", tensor)
        if any(operator_of(flow.nodes[node].node).cuts for node in moves):
            apart = in_float.with_float(*map(exact, moves))
            yield (
                apart,
                Sentence("'{0}' stays float up to the layers that read its parts", tensor),
            )
        if _WIDE in widths.activations:
            wide = plan.with_override(name, **{"activations.bits": _WIDE})
            yield wide, Sentence("'{0}' takes {1} bits", tensor, _WIDE)
        if widths.float_tensors:
            yield in_float, Sentence("'{0}' stays float", tensor)
        if widths.keep_float:
            kept = in_float.with_float(*map(exact, readers))
            yield kept, Sentence("'{0}' and {1} behind it stay float", tensor, _listed(layers))


def _readers(model: FloatModel, flow: Flow, members: set[str]) -> list[str]:
    """The integer nodes that read some of `members` as data."""
    readers = (node.name for name in members for node in model.consumers.get(name, ()))
    found = set(readers) & set(flow.nodes)
    return [name for name in flow.nodes if name in found]


def _listed(layers: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in layers)
