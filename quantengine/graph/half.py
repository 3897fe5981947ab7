"""Half-precision models computed in float32 inside; inputs and outputs keep their type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from quantengine.graph.names import unique_name
from quantengine.graph.origin import Rewrite, label
from quantengine.graph.walk import all_graphs, all_nodes, all_tensors, names_in
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from quantengine.graph.model import FloatModel

HALF = "half precision to float32"
_HALF = (TensorProto.FLOAT16, TensorProto.BFLOAT16)
_TYPE_ATTRIBUTES = ("to", "dtype", "output_dtype")


def widen(proto: onnx.ModelProto) -> tuple[list[str], list[Rewrite]]:
    """In place: every float16 or bfloat16 tensor becomes float32; notes how many weights.

    Every node of a model in half precision counts as rewritten.
    An input or output of these types keeps it, with a Cast to or from float32 beside it.
    """
    graph = proto.graph
    ports = [value for value in (*graph.input, *graph.output) if _is_half(value.type)]
    tensors = [tensor for tensor in all_tensors(proto) if tensor.data_type in _HALF]
    if not ports and not tensors and not _has_half_types(proto):
        return [], []
    before = [(label(node), tuple(node.output)) for node in graph.node]
    for tensor in tensors:
        _widen_tensor(tensor)
    for node in all_nodes(proto):
        for attribute in node.attribute:
            if attribute.name in _TYPE_ATTRIBUTES and attribute.i in _HALF:
                attribute.i = TensorProto.FLOAT
    elements = {value.name: value.type.tensor_type.elem_type for value in ports}
    for value in _inner_values(proto):
        _widen_type(value.type)
    wide = _cast_ports(proto, elements)
    note = Sentence(
        "The model is in half precision and computed in float32 (constants: {0}); its inputs and "
        "outputs keep their type.",
        len(tensors),
    )
    return [note], [
        Rewrite(HALF, name, tuple((made, wide.get(made, made)) for made in outputs if made))
        for name, outputs in before
    ]


def wide_ports(model: FloatModel) -> dict[str, str]:
    """By input or output in half precision: the float32 tensor that has its values inside."""
    ports = (*model.inputs.items(), *model.outputs.items())
    halves = {name for name, kind in ports if kind.element in _HALF}
    found: dict[str, str] = {}
    for node in model.graph.node:
        if node.op_type == "Cast":
            pair = (node.input[0], node.output[0])
            for name, inside in (pair, pair[::-1]):
                if name in halves and model.types[inside].element == TensorProto.FLOAT:
                    found[name] = inside
    return found


def _is_half(kind: onnx.TypeProto) -> bool:
    return kind.HasField("tensor_type") and kind.tensor_type.elem_type in _HALF


def _has_half_types(proto: onnx.ModelProto) -> bool:
    if any(_is_half(value.type) for value in _inner_values(proto)):
        return True
    return any(
        attribute.name in _TYPE_ATTRIBUTES and attribute.i in _HALF
        for node in all_nodes(proto)
        for attribute in node.attribute
    )


def _inner_values(proto: onnx.ModelProto) -> Iterator[onnx.ValueInfoProto]:
    """Declared types, except those of the model's own inputs and outputs."""
    for graph in all_graphs(proto.graph):
        yield from graph.value_info
        if graph is not proto.graph:
            yield from (*graph.input, *graph.output)


def _widen_tensor(tensor: onnx.TensorProto) -> None:
    values = numpy_helper.to_array(tensor).astype(np.float32)
    tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def _widen_type(kind: onnx.TypeProto) -> None:
    if kind.HasField("tensor_type") and kind.tensor_type.elem_type in _HALF:
        kind.tensor_type.elem_type = TensorProto.FLOAT
    elif kind.HasField("sequence_type"):
        _widen_type(kind.sequence_type.elem_type)
    elif kind.HasField("optional_type"):
        _widen_type(kind.optional_type.elem_type)


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
