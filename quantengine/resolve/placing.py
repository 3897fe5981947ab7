"""What a target does with each node of a network, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import onnx

from quantengine.graph.cut import cut_obstacle
from quantengine.graph.flow import Flow
from quantengine.graph.model import FloatModel
from quantengine.graph.obstacles import is_float
from quantengine.graph.operators.registry import bias_input
from quantengine.graph.reason import Why
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import plan_decisions
from quantengine.sentence import Sentence
from quantengine.targets import Target, rules_of

INTEGERS, STAYS, FALLS, SHAPES = "integers", "float", "falls", "shapes"
_SHORT = 1
_NOTHING = Sentence("")


@dataclass(frozen=True)
class Placement:
    """Where a node runs: in integers, in floats on the target, or on what that falls back to.

    `SHAPES` is what works on shapes or indices. `why` is a clause, empty where nothing is to say.
    """

    node: str
    operator: str
    where: str
    why: Sentence = _NOTHING


@dataclass(frozen=True)
class Placements:
    """Of every node of the main graph in order, and flags that would suit the target better."""

    nodes: tuple[Placement, ...]
    proposals: tuple[Sentence, ...]


def placements(model: FloatModel, plan: QuantPlan, flow: Flow | None = None) -> Placements:
    """What becomes of each node under a plan; raises PlanError as `plan_decisions`.

    `flow` is that of the plan where it is known.
    """
    target = rules_of(plan)
    flow = flow or plan_decisions(model, plan).flow(model)
    found = tuple(_placed(model, flow, target, plan.target, node) for node in model.graph.node)
    proposals = [*_shapes(model, target), *_cut(model, target, found)]
    return Placements(found, tuple(proposals))


def _placed(
    model: FloatModel, flow: Flow, target: Target, name: str, node: onnx.NodeProto
) -> Placement:
    reason = flow.reasons.get(node.name)
    if reason is None:
        return Placement(node.name, node.op_type, INTEGERS)
    if reason.kind is Why.OF_SHAPES:
        return Placement(node.name, node.op_type, SHAPES, reason.sentence)
    if reason.kind is Why.PART:
        return Placement(node.name, node.op_type, INTEGERS, reason.sentence)
    why = reason.sentence
    if target.whole and reason.kind is not Why.PLAN:
        missing = _float_beside(model, flow, node)
        if missing is None:
            text = Sentence("between codes, where {0} has {1}", name, node.op_type)
            return Placement(node.name, node.op_type, INTEGERS, text)
        why = Sentence("'{0}' is no code", missing)
    return Placement(node.name, node.op_type, STAYS if target.falls is None else FALLS, why)


def _float_beside(model: FloatModel, flow: Flow, node: onnx.NodeProto) -> str | None:
    """A float tensor at a node that carries no codes."""
    bias = bias_input(node)
    for name in (*node.input, *node.output):
        held = name in flow.owners or name in model.initializers
        if name and name != bias and not held and is_float(model, name):
            return str(name)
    return None


def _shapes(model: FloatModel, target: Target) -> list[Sentence]:
    """Inputs whose open sides the target does not take."""
    found = []
    for name, kind in model.inputs.items() if target.static else ():
        sides = kind.shape or ()
        if all(isinstance(side, int) for side in sides):
            continue
        written = [str(side) if isinstance(side, int) else "?" for side in sides]
        if written[:1] == ["?"]:
            written[0] = str(_SHORT)
        found.append(Sentence("--shape {0}={1}", name, ",".join(written)))
    return found


def _cut(model: FloatModel, target: Target, placed: tuple[Placement, ...]) -> list[Sentence]:
    """Where the network may end, so that nothing behind has to fall."""
    where: Mapping[str, str] = {each.node: each.where for each in placed}
    if target.falls is None or FALLS not in where.values():
        return []
    behind: set[str] = set()
    for node in reversed(model.graph.node):
        readers = [r for name in node.output for r in model.consumers.get(name, ())]
        last = all(reader.name in behind for reader in readers)
        if where[node.name] != INTEGERS and last:
            behind.add(node.name)
    if not any(where[name] == FALLS for name in behind):
        return []
    makers = model.producers
    read = [n for node in model.graph.node if node.name in behind for n in node.input]
    cut = tuple(
        dict.fromkeys(
            name
            for name in (*read, *model.outputs)
            if name in makers and makers[name].name not in behind
        )
    )
    if not cut or cut_obstacle(model.graph, cut) is not None:
        return []
    return [Sentence("--outputs {0}", ",".join(cut))]
