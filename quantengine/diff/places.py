"""Where two networks are compared: values that layers make, or that carry codes in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import onnx

from quantengine.diff.matching import How, Matching
from quantengine.diff.reading import Other
from quantengine.diff.wiring import Wiring
from quantengine.graph.flow import integer_flow
from quantengine.graph.model import FloatModel, TensorType
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.sentence import Sentence


@dataclass(frozen=True)
class Place:
    """A value of the float network (`tensor`) and of the file (`other`).

    `layer` names the float node that makes it, `node` that of the file; None of an input. `turn` as
    in `Match`.
    """

    tensor: str
    other: str
    how: How
    layer: str | None
    node: str | None
    operator: str
    turn: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Unmatched:
    """A layer whose result was not found in the file, and why."""

    layer: str
    tensor: str
    why: Sentence


def layer_values(model: FloatModel) -> Mapping[str, str]:
    """By layer that may be quantized: the value that owns its range, or its own where none does."""
    flow = integer_flow(model, quantize_outputs=True)
    return {name: node.output for name, node in flow.nodes.items()}


def places(model: FloatModel, ours: Wiring, other: Other, matching: Matching) -> tuple[Place, ...]:
    """In the order of the float network."""
    layers = {value: layer for layer, value in layer_values(model).items()}
    wanted = {*layers, *model.outputs}
    found = []
    order = [*ours.inputs, *(n for node in ours.nodes for n in node.output if n)]
    for tensor in order:
        match = matching.found.get(tensor)
        kind = model.types.get(tensor)
        if match is None or not _is_float(kind) or not _is_float(other.types.get(match.other)):
            continue
        if matching.taken.get(match.other) != tensor:
            continue
        if tensor not in wanted and match.other not in other.grids:
            continue
        maker = ours.makers.get(tensor)
        theirs = other.wiring.makers.get(match.other)
        if maker is None and match.other not in other.grids:
            continue
        layer = layers.get(tensor) or (None if maker is None else str(maker.name))
        operator = "Input" if maker is None else _operator(model, layer, maker)
        node = None if theirs is None else str(theirs.name)
        found.append(Place(tensor, match.other, match.how, layer, node, operator, match.turn))
    return tuple(found)


def _is_float(kind: TensorType | None) -> bool:
    return kind is None or kind.shape is None or kind.is_float


def _operator(model: FloatModel, layer: str | None, maker: onnx.NodeProto) -> str:
    named = next((node for node in model.graph.node if node.name == layer), maker)
    return str(named.op_type)


def unmatched(model: FloatModel, other: Other, matching: Matching) -> tuple[Unmatched, ...]:
    """Layers without a place, in order."""
    found = []
    nodes = {node.name: node for node in model.graph.node}
    for layer, tensor in layer_values(model).items():
        own = nodes[layer].output[0]
        if tensor not in matching.found and own not in matching.found:
            found.append(Unmatched(layer, tensor, _why(nodes[layer], other)))
    return tuple(found)


def _why(node: onnx.NodeProto, other: Other) -> Sentence:
    if other.left:
        return Sentence(
            "the file has nodes on codes that have no float form here ({0}, ...)", other.left[0]
        )
    kinds = {theirs.op_type for theirs in other.wiring.nodes}
    if kind_of(node) is Kind.CORE and node.op_type not in kinds:
        return Sentence("the file has no {0}", node.op_type)
    return Sentence("no value of the file has its name, its place or its numbers")
