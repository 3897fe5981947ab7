"""A network that ends earlier: what lies behind the tensors that it then gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import onnx

from quantengine.graph.model import TensorType
from quantengine.graph.walk import reads
from quantengine.sentence import Sentence

_OF_SHAPES = ("Shape", "Size")
_NAMED_AT_MOST = 3


def needed(
    graph: onnx.GraphProto, tensors: Sequence[str], stops: Set[str] = frozenset()
) -> set[int]:
    """Places of the nodes that make `tensors`, without those that only `stops` need."""
    makers = _makers(graph)
    found, waiting = set[int](), [name for name in tensors if name not in stops]
    while waiting:
        place = makers.get(waiting.pop())
        if place is not None and place not in found:
            found.add(place)
            waiting.extend(reads(graph.node[place]) - stops)
    return found


def behind(graph: onnx.GraphProto, cut: Sequence[str]) -> frozenset[str]:
    """The names of the nodes that none of the tensors in `cut` needs."""
    before = needed(graph, cut)
    return frozenset(n.name for place, n in enumerate(graph.node) if place not in before)


def cut_obstacle(graph: onnx.GraphProto, cut: Sequence[str]) -> Sentence | None:
    """Why the outputs of the network cannot be made of the tensors in `cut` alone."""
    makers = _makers(graph)
    unknown = next((name for name in cut if name not in makers), None)
    if unknown is not None:
        return Sentence("no node gives '{0}': see `quantengine inspect`", unknown)
    if any(node.attribute and _has_body(node) for node in graph.node):
        return Sentence("networks with branches or loops cannot be cut")
    before, valued = needed(graph, cut), _valued(graph)
    outputs = [value.name for value in graph.output]
    read = dict.fromkeys(name for name in outputs if name not in cut)
    for place, node in enumerate(graph.node):
        if place not in before and node.op_type not in _OF_SHAPES:
            read |= dict.fromkeys(sorted(reads(node)))
    missing = [
        name
        for name in read
        if name not in cut and makers.get(name) in before and makers[name] in valued
    ]
    if not missing:
        return None
    names = ", ".join(f"'{name}'" for name in missing[:_NAMED_AT_MOST])
    return Sentence("what lies behind also needs {0}: name that too", names)


def tail(
    proto: onnx.ModelProto, cut: Sequence[str], types: Mapping[str, TensorType]
) -> onnx.ModelProto:
    """What makes the outputs of a network of the tensors in `cut`, which are its inputs then."""
    graph, stops = proto.graph, frozenset(cut)
    outputs = [value.name for value in graph.output]
    places = sorted(needed(graph, outputs, stops))
    nodes = [graph.node[place] for place in places]
    used = set[str](outputs).union(*map(reads, nodes))
    found = onnx.ModelProto(ir_version=proto.ir_version)
    found.opset_import.extend(proto.opset_import)
    found.functions.extend(proto.functions)
    found.graph.name = "tail"
    found.graph.node.extend(nodes)
    found.graph.initializer.extend(t for t in graph.initializer if t.name in used)
    found.graph.sparse_initializer.extend(graph.sparse_initializer)
    found.graph.input.extend(value for value in graph.input if value.name in used)
    for name in cut:
        element = types[name].element
        value = onnx.helper.make_tensor_value_info(name, element, None)
        found.graph.input.append(value)
    found.graph.output.extend(value for value in graph.output if value.name not in stops)
    return found


def _makers(graph: onnx.GraphProto) -> dict[str, int]:
    return {name: place for place, n in enumerate(graph.node) for name in n.output if name}


def _has_body(node: onnx.NodeProto) -> bool:
    kinds = (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS)
    return any(attribute.type in kinds for attribute in node.attribute)


def _valued(graph: onnx.GraphProto) -> set[int]:
    """Places of the nodes whose results change with the values that are fed."""
    constants = {tensor.name for tensor in graph.initializer}
    fed = {value.name for value in graph.input} - constants
    found: set[int] = set()
    for place, node in enumerate(graph.node):
        if node.op_type not in _OF_SHAPES and not fed.isdisjoint(reads(node)):
            found.add(place)
            fed.update(node.output)
    return found
