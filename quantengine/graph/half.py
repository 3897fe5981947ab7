"""Models in half precision or double computed in float32; inputs and outputs keep their type."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from quantengine.graph.names import unique_name
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.origin import Rewrite, label
from quantengine.graph.walk import all_graphs, all_nodes, all_tensors, names_in
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from quantengine.graph.model import FloatModel

HALF, DOUBLE = "half precision to float32", "double to float32"
_HALF, _DOUBLE = (TensorProto.FLOAT16, TensorProto.BFLOAT16), (TensorProto.DOUBLE,)
_TYPE_ATTRIBUTES = ("to", "dtype", "output_dtype")


def widen(proto: onnx.ModelProto) -> tuple[list[str], list[Rewrite]]:
    """In place: every float16 or bfloat16 tensor becomes float32; notes how many weights.

    Every node of a model in half precision counts as rewritten.
    An input or output of these types keeps it, with a Cast to or from float32 beside it.
    """
    count, rewrites = _in_float32(proto, _HALF, HALF)
    if not rewrites:
        return [], []
    note = Sentence(
        "The model is in half precision and computed in float32 (constants: {0}); its inputs and "
        "outputs keep their type.",
        count,
    )
    return [note], rewrites


def narrow(proto: onnx.ModelProto) -> tuple[list[str], list[Rewrite]]:
    """As `widen` of double, where all matrices of layers are double and float32 can hold them."""
    layers = any(kind_of(node) in (Kind.CORE, Kind.CELL) for node in all_nodes(proto))
    tensors = list(all_tensors(proto))
    matrices = [tensor for tensor in tensors if len(tensor.dims) > 1]
    of = {tensor.data_type for tensor in matrices} & {TensorProto.FLOAT, *_DOUBLE}
    doubles = [tensor for tensor in tensors if tensor.data_type in _DOUBLE]
    if not layers or of != {*_DOUBLE} or not all(map(_fits, doubles)):
        return [], []
    count, rewrites = _in_float32(proto, _DOUBLE, DOUBLE)
    note = Sentence(
        "The model is in double: it is computed in float32 (constants: {0}) unless that gives "
        "something else; its inputs and outputs keep their type.",
        count,
    )
    return [note], rewrites


def _fits(tensor: onnx.TensorProto) -> bool:
    values = numpy_helper.to_array(tensor)
    known = values[np.isfinite(values)]
    return bool(np.abs(known).max(initial=0) <= np.finfo(np.float32).max)


def _in_float32(
    proto: onnx.ModelProto, elements: Collection[int], name: str
) -> tuple[int, list[Rewrite]]:
    """How many constants of the types were converted, and every node; nothing where none is."""
    graph = proto.graph
    ports = [value for value in (*graph.input, *graph.output) if _is_of(value.type, elements)]
    tensors = [tensor for tensor in all_tensors(proto) if tensor.data_type in elements]
    if not ports and not tensors and not _has_types(proto, elements):
        return 0, []
    before = [(label(node), tuple(node.output)) for node in graph.node]
    for tensor in tensors:
        _convert_tensor(tensor)
    for node in all_nodes(proto):
        for attribute in node.attribute:
            if attribute.name in _TYPE_ATTRIBUTES and attribute.i in elements:
                attribute.i = TensorProto.FLOAT
    types = {value.name: value.type.tensor_type.elem_type for value in ports}
    for value in _inner_values(proto):
        _convert_type(value.type, elements)
    wide = _cast_ports(proto, types)
    return len(tensors), [
        Rewrite(name, node, tuple((made, wide.get(made, made)) for made in outputs if made))
        for node, outputs in before
    ]


def wide_ports(model: FloatModel) -> dict[str, str]:
    """By input or output in half precision or double: the float32 tensor with its values."""
    ports = (*model.inputs.items(), *model.outputs.items())
    others = {name for name, kind in ports if kind.element in (*_HALF, *_DOUBLE)}
    found: dict[str, str] = {}
    for node in model.graph.node:
        if node.op_type == "Cast":
            pair = (node.input[0], node.output[0])
            for name, inside in (pair, pair[::-1]):
                if name in others and model.types[inside].element == TensorProto.FLOAT:
                    found[name] = inside
    return found


def _is_of(kind: onnx.TypeProto, elements: Collection[int]) -> bool:
    return kind.HasField("tensor_type") and kind.tensor_type.elem_type in elements


def _has_types(proto: onnx.ModelProto, elements: Collection[int]) -> bool:
    if any(_is_of(value.type, elements) for value in _inner_values(proto)):
        return True
    return any(
        attribute.name in _TYPE_ATTRIBUTES and attribute.i in elements
        for node in all_nodes(proto)
        for attribute in node.attribute
    )


def _inner_values(proto: onnx.ModelProto) -> Iterator[onnx.ValueInfoProto]:
    """Declared types, except those of the model's own inputs and outputs."""
    for graph in all_graphs(proto.graph):
        yield from graph.value_info
        if graph is not proto.graph:
            yield from (*graph.input, *graph.output)


def _convert_tensor(tensor: onnx.TensorProto) -> None:
    values = numpy_helper.to_array(tensor).astype(np.float32)
    tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def _convert_type(kind: onnx.TypeProto, elements: Collection[int]) -> None:
    if _is_of(kind, elements):
        kind.tensor_type.elem_type = TensorProto.FLOAT
    elif kind.HasField("sequence_type"):
        _convert_type(kind.sequence_type.elem_type, elements)
    elif kind.HasField("optional_type"):
        _convert_type(kind.optional_type.elem_type, elements)


def _cast_ports(proto: onnx.ModelProto, elements: dict[str, int]) -> dict[str, str]:
    """New names of the inputs and outputs inside the network."""
    graph = proto.graph
    taken = names_in(graph)
    inputs = {value.name for value in graph.input}
    outputs = {value.name for value in graph.output}
    passed = inputs & outputs & elements.keys()
    wide = {name: unique_name(f"{name}_float32", taken) for name in elements if name not in passed}
    for inner in all_graphs(graph):
        for node in inner.node:
            _rename(node, wide)
    for tensor in graph.initializer:
        tensor.name = wide.get(tensor.name, tensor.name)
    entering = [_cast(name, new, TensorProto.FLOAT) for name, new in wide.items() if name in inputs]
    leaving = [_cast(new, name, elements[name]) for name, new in wide.items() if name in outputs]
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*entering, *nodes, *leaving])
    return wide


def _rename(node: onnx.NodeProto, names: dict[str, str]) -> None:
    for index, name in enumerate(node.input):
        if name in names:
            node.input[index] = names[name]
    for index, name in enumerate(node.output):
        if name in names:
            node.output[index] = names[name]


def _cast(source: str, target: str, element: int) -> onnx.NodeProto:
    return onnx.helper.make_node("Cast", [source], [target], name=f"Cast_{target}", to=element)
