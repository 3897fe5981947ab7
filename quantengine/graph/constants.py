"""Weights hidden behind nodes become initializers; nodes that only pass a tensor on vanish."""

from __future__ import annotations

import math
from collections.abc import Set

import numpy as np
import onnx
from onnx import numpy_helper

from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.opset import opset_version
from quantengine.graph.origin import Rewrite, label, rewritten
from quantengine.graph.sparse import dense_tensor
from quantengine.graph.walk import protected_names, uses

_MOVERS = frozenset({"Cast", "Reshape", "Squeeze", "Transpose", "Unsqueeze"})
_COMPUTERS = frozenset(
    [
        "Abs",
        "Add",
        "Clip",
        "Concat",
        "Div",
        "Exp",
        "Flatten",
        "Gather",
        "Gemm",
        "Log",
        "MatMul",
        "Max",
        "Mean",
        "Min",
        "Mul",
        "Neg",
        "Pow",
        "Reciprocal",
        "ReduceL1",
        "ReduceL2",
        "ReduceMax",
        "ReduceMean",
        "ReduceMin",
        "ReduceSum",
        "ReduceSumSquare",
        "Sigmoid",
        "Slice",
        "Softplus",
        "Sqrt",
        "Sub",
        "Sum",
        "Tanh",
        "Where",
    ]
)
"""Operators that weights are made with before they are multiplied: their norm, a part of a sum."""

_LARGEST_MOVED_VALUES = 2**27
_LEAST_MADE, _TIMES_THE_FILE = 2**24, 4
"""How many values all of it may make: as many, or as often what the file holds."""
_GROWN_VALUES = 2**22
"""How many one node may make of less."""
_MOST_PAIRS = 2**48
"""Values of one factor times those of the other: more take minutes to multiply."""


def inline_constants(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: Constant nodes, and what only moves or casts a constant, become initializers.

    So does what weights and biases of layers are computed by from constants alone.
    """
    graph = proto.graph
    outputs = {value.name for value in graph.output}
    known = {tensor.name: tensor for tensor in graph.initializer}
    opset = opset_version(proto)
    left = max(_LEAST_MADE, _TIMES_THE_FILE * sum(math.prod(t.dims) for t in graph.initializer))
    asked = _asked_by_layers(graph)
    kept, rewrites = [], []
    for node in graph.node:
        able = _COMPUTERS | _MOVERS if asked.intersection(node.output) else _MOVERS
        tensor = None if outputs & set(node.output) else _constant_result(node, known, able, opset)
        left -= 0 if tensor is None else math.prod(tensor.dims)
        if tensor is None or left < 0:
            kept.append(node)
            continue
        tensor.name = node.output[0]
        graph.initializer.append(tensor)
        known[tensor.name] = tensor
        rewrites.append(rewritten(f"{node.op_type} made a constant", node))
    if len(kept) < len(graph.node):
        replace_nodes(graph, kept)
    return rewrites


def elide_identities(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: Identity, and Dropout in inference, go, unless their output must exist by name."""
    graph = proto.graph
    protected = protected_names(graph)
    read = uses(graph)
    known = {tensor.name: tensor for tensor in graph.initializer}
    source: dict[str, str] = {}
    kept, rewrites = [], []
    for node in graph.node:
        for index, name in enumerate(node.input):
            if name in source:
                node.input[index] = source[name]
        passes = node.domain in ("", "ai.onnx") and (
            node.op_type == "Identity" or _is_idle_dropout(node, known, read)
        )
        if passes and node.output[0] not in protected:
            source[node.output[0]] = node.input[0]
            pair = (node.output[0], node.input[0])
            rewrites.append(Rewrite(f"{node.op_type} left out", label(node), (pair,)))
        else:
            kept.append(node)
    if len(kept) < len(graph.node):
        replace_nodes(graph, kept)
    return rewrites


def drop_unused(proto: onnx.ModelProto) -> None:
    """In place: initializers nobody reads and types of tensors that are gone."""
    graph = proto.graph
    read = uses(graph)
    for index in reversed(range(len(graph.initializer))):
        if graph.initializer[index].name not in read:
            del graph.initializer[index]
    made = {name for node in graph.node for name in node.output}
    for index in reversed(range(len(graph.value_info))):
        if graph.value_info[index].name not in made:
            del graph.value_info[index]


def replace_nodes(graph: onnx.GraphProto, nodes: list[onnx.NodeProto]) -> None:
    """In place: `nodes` instead of those it has, which they may hold."""
    copies = onnx.GraphProto(node=nodes)
    del graph.node[:]
    graph.node.extend(copies.node)


def _asked_by_layers(graph: onnx.GraphProto) -> set[str]:
    """What weights and biases of layers are computed from."""
    found: set[str] = set()
    for node in reversed(graph.node):
        if found.intersection(node.output):
            found.update(node.input)
        elif kind_of(node) in (Kind.CORE, Kind.CELL):
            found.update(node.input[1:])
    return found


def _constant_result(
    node: onnx.NodeProto, known: dict[str, onnx.TensorProto], able: Set[str], opset: int
) -> onnx.TensorProto | None:
    if node.domain not in ("", "ai.onnx"):
        return None
    if node.op_type == "Constant":
        return constant_value(node)
    inputs = [known.get(name) for name in node.input]
    if node.op_type not in able or not inputs or any(tensor is None for tensor in inputs):
        return None
    return computed(node, [tensor for tensor in inputs if tensor is not None], opset)


def constant_value(node: onnx.NodeProto) -> onnx.TensorProto | None:
    """The value of a Constant node; None for one too large to be written out."""
    for attribute in node.attribute:
        if attribute.name == "value":
            tensor = onnx.TensorProto()
            tensor.CopyFrom(attribute.t)
            return tensor
        if attribute.name == "sparse_value":
            return dense_tensor(attribute.sparse_tensor)
        if attribute.name in ("value_float", "value_floats"):
            value = onnx.helper.get_attribute_value(attribute)
            return numpy_helper.from_array(np.asarray(value, np.float32))
        if attribute.name in ("value_int", "value_ints"):
            value = onnx.helper.get_attribute_value(attribute)
            return numpy_helper.from_array(np.asarray(value, np.int64))
        if attribute.name in ("value_string", "value_strings"):
            value = onnx.helper.get_attribute_value(attribute)
            return numpy_helper.from_array(np.asarray(value, object))
    return None


def computed(
    node: onnx.NodeProto, inputs: list[onnx.TensorProto], opset: int
) -> onnx.TensorProto | None:
    """The node's result, computed by onnx itself; None where that fails and the node must stay."""
    read = sum(math.prod(dims) for dims in {t.name: tuple(t.dims) for t in inputs}.values())
    made = max(_made(node, inputs), read)
    if made > _LARGEST_MOVED_VALUES or made > max(read, _GROWN_VALUES):
        return None
    from onnx.reference import ReferenceEvaluator

    ports = [onnx.ValueInfoProto(name=name) for name in node.output]
    graph = onnx.helper.make_graph([node], "constant", [], ports, initializer=inputs)
    try:
        with np.errstate(all="ignore"):
            (value,) = ReferenceEvaluator(graph, opsets={"": opset}).run(None, {})
        return numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)))
    except (ValueError, TypeError, RuntimeError, KeyError, IndexError, OverflowError):
        return None


def _made(node: onnx.NodeProto, inputs: list[onnx.TensorProto]) -> float:
    """How many values a node makes of these at most; infinite where it multiplies too long."""
    sizes = [math.prod(tensor.dims) for tensor in inputs]
    if node.op_type in ("MatMul", "Gemm") and math.prod(sizes[:2]) > _MOST_PAIRS:
        return math.inf
    return sum(sizes) if node.op_type == "Concat" else _spread(inputs)


def _spread(inputs: list[onnx.TensorProto]) -> int:
    """How many values arithmetic would make of these; 0 where their shapes fit no arithmetic."""
    try:
        return math.prod(np.broadcast_shapes(*(tuple(tensor.dims) for tensor in inputs)))
    except ValueError:
        return 0


def _is_idle_dropout(
    node: onnx.NodeProto, known: dict[str, onnx.TensorProto], read: dict[str, int]
) -> bool:
    if node.op_type != "Dropout" or any(read.get(name) for name in node.output[1:]):
        return False
    if len(node.input) < 3 or not node.input[2]:
        return True
    training = known.get(node.input[2])
    return training is not None and not numpy_helper.to_array(training).any()
