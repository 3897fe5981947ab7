"""Walks over graphs, subgraphs, tensors and the names they use."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

import onnx

SMALL_TENSOR_VALUES = 256
_BODIES = (
    onnx.AttributeProto.GRAPH,
    onnx.AttributeProto.GRAPHS,
    onnx.AttributeProto.UNDEFINED,
)
"""What attributes with bodies say they are, or do not say; onnx's checker refuses what lies."""


def subgraphs(node: onnx.NodeProto) -> Iterator[onnx.GraphProto]:
    """The bodies a node holds directly (If, Loop, Scan)."""
    for attribute in node.attribute:
        if attribute.type in _BODIES:
            if attribute.HasField("g"):
                yield attribute.g
            yield from attribute.graphs


def all_graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """The graph itself and every body inside it."""
    yield graph
    for node in graph.node:
        for body in subgraphs(node):
            yield from all_graphs(body)


def all_nodes(proto: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    """Every node of the model: main graph, bodies and local functions."""
    for graph in all_graphs(proto.graph):
        yield from graph.node
    for function in proto.functions:
        for node in function.node:
            yield node
            for body in subgraphs(node):
                for graph in all_graphs(body):
                    yield from graph.node


def all_tensors(proto: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """Every constant of the model: initializers and tensors in attributes, at any depth."""
    seen: list[onnx.GraphProto] = list(all_graphs(proto.graph))
    for function in proto.functions:
        for node in function.node:
            for body in subgraphs(node):
                seen.extend(all_graphs(body))
    for training in proto.training_info:
        seen.extend(all_graphs(training.initialization))
        seen.extend(all_graphs(training.algorithm))
    for graph in seen:
        yield from graph.initializer
        for sparse in graph.sparse_initializer:
            yield from (sparse.values, sparse.indices)
        for node in graph.node:
            yield from _attribute_tensors(node)
    for function in proto.functions:
        for node in function.node:
            yield from _attribute_tensors(node)


def _attribute_tensors(node: onnx.NodeProto) -> Iterator[onnx.TensorProto]:
    for attribute in node.attribute:
        if attribute.HasField("t"):
            yield attribute.t
        yield from attribute.tensors
        if attribute.HasField("sparse_tensor"):
            yield from (attribute.sparse_tensor.values, attribute.sparse_tensor.indices)
        for sparse in attribute.sparse_tensors:
            yield from (sparse.values, sparse.indices)


def reads(node: onnx.NodeProto) -> set[str]:
    """Names of the graph around it that a node and its bodies read."""
    return {name for name in node.input if name} | _body_reads(node)


def first_made(node: onnx.NodeProto) -> str:
    """The first of its outputs that has a name; "" where none has."""
    return next((str(name) for name in node.output if name), "")


def outer_reads(graph: onnx.GraphProto) -> set[str]:
    """Names that bodies inside the graph read or return: these must keep their meaning."""
    return set[str]().union(*map(_body_reads, graph.node))


def _body_reads(node: onnx.NodeProto) -> set[str]:
    """What the bodies of a node read or return of the graph around it."""
    found: set[str] = set()
    for body in subgraphs(node):
        taken = {value.name for value in body.output}.union(*map(reads, body.node))
        found |= taken.difference(defined(body))
    return found


def defined(graph: onnx.GraphProto) -> Iterator[str]:
    """Names that a graph itself, not one around it, gives a meaning: each once, in its order."""
    values = (value.name for value in (*graph.input, *graph.initializer))
    sparse = (tensor.values.name for tensor in graph.sparse_initializer)
    made = (name for node in graph.node for name in node.output if name)
    yield from dict.fromkeys((*values, *sparse, *made))


def names_in(graph: onnx.GraphProto) -> set[str]:
    """Every name of a tensor or node of the graph and of the bodies inside it."""
    found: set[str] = set()
    for part in all_graphs(graph):
        found.update(defined(part), (value.name for value in part.output))
        for node in part.node:
            found.update((node.name, *node.input))
    return found


def renamed(node: onnx.NodeProto, names: Mapping[str, str]) -> onnx.NodeProto:
    """A copy that reads and makes tensors under new names, in its bodies too."""
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    for place, name in enumerate(copy.input):
        copy.input[place] = names.get(name, name)
    for place, name in enumerate(copy.output):
        copy.output[place] = names.get(name, name)
    for body in subgraphs(copy):
        own = set(defined(body))
        outer = {old: new for old, new in names.items() if old not in own}
        nodes = onnx.GraphProto(node=[renamed(inner, outer) for inner in body.node])
        del body.node[:]
        body.node.extend(nodes.node)
        for value in body.output:
            value.name = outer.get(value.name, value.name)
    return copy


def protected_names(graph: onnx.GraphProto) -> set[str]:
    """Tensors that must go on existing under their name: graph outputs and reads of bodies."""
    return outer_reads(graph) | {value.name for value in graph.output}


def uses(graph: onnx.GraphProto) -> Counter[str]:
    """How often each tensor is read by nodes, by bodies (once) and as a graph output."""
    found = Counter(name for node in graph.node for name in node.input if name)
    found.update(outer_reads(graph))
    found.update(value.name for value in graph.output)
    return found


def skeleton(proto: onnx.ModelProto) -> tuple[onnx.ModelProto, frozenset[str]]:
    """A copy in which large initializers are graph inputs instead, and their names.

    What only looks at types (inference, conversion) runs on it in little time and under 2 GB.
    """
    light = onnx.ModelProto(ir_version=proto.ir_version)
    light.opset_import.extend(proto.opset_import)
    light.functions.extend(proto.functions)
    light.graph.name = proto.graph.name or "graph"
    for field in ("node", "output", "value_info", "sparse_initializer"):
        getattr(light.graph, field).extend(getattr(proto.graph, field))
    large = {}
    for tensor in proto.graph.initializer:
        if math.prod(tensor.dims) <= SMALL_TENSOR_VALUES:
            light.graph.initializer.append(tensor)
        else:
            large[tensor.name] = onnx.helper.make_tensor_value_info(
                tensor.name, tensor.data_type, tensor.dims
            )
    # Older files name their weights among the inputs too.
    light.graph.input.extend(value for value in proto.graph.input if value.name not in large)
    light.graph.input.extend(large.values())
    return light, frozenset(large)


def without_dead(nodes: Sequence[onnx.NodeProto], outputs: Set[str]) -> list[onnx.NodeProto]:
    """The nodes whose results are used, in the same order."""
    needed = set(outputs)
    kept = []
    for node in reversed(nodes):
        if any(name in needed for name in node.output):
            kept.append(node)
            needed |= reads(node)
    return kept[::-1]
