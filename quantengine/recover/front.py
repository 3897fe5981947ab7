"""Layers before a logarithm: a step that is little of a value is much of the log of a small one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce

import onnx

from quantengine.counted import counted
from quantengine.graph.flow import Flow
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.patterns import exact, matching
from quantengine.recover.costs import Costs
from quantengine.recover.state import State
from quantengine.sentence import Sentence

LOGARITHM = "Log"
Next = Callable[[onnx.NodeProto], Iterable[onnx.NodeProto]]


def fronts(model: FloatModel, flow: Flow) -> Mapping[str, tuple[str, ...]]:
    """By logarithm that layers read: the integer layers that it is made of, as of sounds."""

    def before(node: onnx.NodeProto) -> Iterable[onnx.NodeProto]:
        makers = (model.producers.get(name) for name in node.input)
        return (maker for maker in makers if maker is not None)

    def behind(node: onnx.NodeProto) -> Iterable[onnx.NodeProto]:
        return (reader for name in node.output for reader in model.consumers.get(name, ()))

    found = {}
    for node in model.graph.node:
        if node.op_type == LOGARITHM and any(map(_is_layer, _reached(node, behind))):
            made_of = {each.name for each in _reached(node, before) if _is_layer(each)}
            layers = tuple(name for name in flow.nodes if name in made_of)
            if layers:
                found[node.name] = layers
    return found


def open_fronts(state: State) -> tuple[str, ...]:
    """The logarithms that integer layers of a plan are before."""
    return tuple(matching(state.layers, fronts(state.model, state.resolution.flow)))


def with_float_fronts(state: State, logarithms: Sequence[str]) -> State:
    """The layers before each of the logarithms stay float."""
    found = fronts(state.model, state.resolution.flow)
    plan, told = state.resolution.plan, list[Sentence]()
    for name in logarithms:
        plan = plan.with_float(*map(exact, found[name]))
        layers = counted(len(found[name]), "layer")
        told.append(Sentence("{0} before the logarithm '{1}' kept float", layers, name))
    after = state.with_plan(plan, Sentence(""))
    before, costs = (Costs.of(each.model, each.table, each.resolution) for each in (state, after))
    said = reduce(partial(Sentence, "{0}, {1}"), told)
    return after.said(Sentence("{0}: {1}.", said, costs.beside(before)))


def _is_layer(node: onnx.NodeProto) -> bool:
    return kind_of(node) is Kind.CORE


def _reached(start: onnx.NodeProto, to: Next) -> Iterator[onnx.NodeProto]:
    """What a node leads to, each once."""
    seen, waiting = set[str](), list(to(start))
    while waiting:
        node = waiting.pop()
        if node.name not in seen:
            seen.add(node.name)
            waiting += to(node)
            yield node
