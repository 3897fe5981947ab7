"""A written network whose inputs have one shape: what follows from it is worked out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quantengine.errors import ExportError
from quantengine.graph.attributes import attribute
from quantengine.graph.model import TensorType
from quantengine.graph.opset import opset_version
from quantengine.graph.shapes import tensor_types
from quantengine.graph.walk import outer_reads, reads, without_dead
from quantengine.runtime import Session

Array = NDArray[Any]
_MOST_VALUES = 4096
"""What is worked out are shapes and indices, not weights."""
_ROUNDS = 16
_QUANTIZERS = ("QuantizeLinear", "DequantizeLinear")
_ELEMENTS = (TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL, TensorProto.FLOAT)


def with_shapes(
    proto: onnx.ModelProto, shapes: Mapping[str, Sequence[int]]
) -> tuple[onnx.ModelProto, tuple[str, ...]]:
    """A copy whose inputs have these shapes, and the tensors whose shape they leave open.

    Nodes that only work out shapes become constants. Raises ExportError for a shape that the
    network does not take.
    """
    found = onnx.ModelProto()
    found.CopyFrom(proto)
    graph = found.graph
    for name, shape in shapes.items():
        _fix(graph, name, shape)
    types: Mapping[str, TensorType] = {}
    for _ in range(_ROUNDS):
        del graph.value_info[:]
        for value in graph.output:
            value.type.tensor_type.ClearField("shape")
        types = tensor_types(found)[0]
        if not _fold(found, types):
            break
    for value in graph.output:
        _tell(value, types[value.name])
    outputs = {value.name for value in graph.output}
    made = [n for node in graph.node for n in node.output if n and n not in outputs]
    known = [name for name in made if _is_known(types.get(name))]
    graph.value_info.extend(_tell(onnx.ValueInfoProto(name=n), types[n]) for n in known)
    left = (name for name in (*made, *outputs) if not _is_known(types.get(name)))
    return found, tuple(left)


def _fix(graph: onnx.GraphProto, name: str, shape: Sequence[int]) -> None:
    value = next((value for value in graph.input if value.name == name), None)
    if value is None:
        names = ", ".join(f"'{each.name}'" for each in graph.input)
        raise ExportError("There is no input '{0}' to give a shape: choose {1}.", name, names)
    kind = value.type.tensor_type
    known = [side.dim_value or None for side in kind.shape.dim]
    fits = not kind.HasField("shape") or len(known) == len(shape)
    if not fits or any(a not in (None, b) for a, b in zip(known, shape, strict=False)):
        sides = ", ".join("?" if side is None else str(side) for side in known)
        raise ExportError(
            "Input '{0}' takes [{1}], which {2} does not fit.", name, sides, list(shape)
        )
    value.CopyFrom(helper.make_tensor_value_info(name, kind.elem_type, list(shape)))


def _fold(proto: onnx.ModelProto, types: Mapping[str, TensorType]) -> bool:
    """In place: what follows from known shapes alone becomes constants; whether anything did."""
    graph = proto.graph
    small = {t.name: t for t in graph.initializer if math.prod(t.dims) <= _MOST_VALUES}
    outputs = {value.name for value in graph.output}
    made: dict[str, Array] = {}
    nodes: list[onnx.NodeProto] = []
    later: set[str] = set()
    for node in graph.node:
        kind = types.get(node.input[0]) if node.input else None
        if not outputs.isdisjoint(node.output):
            continue
        if node.op_type in ("Shape", "Size") and kind is not None and _is_known(kind):
            made[node.output[0]] = _shape(node, kind)
        elif _follows(node, {*made, *later}, small, types):
            nodes.append(node)
            later.update(node.output)
    made |= dict(_computed(proto, nodes, made, small))
    if made:
        _put(graph, made)
    return bool(made)


def _put(graph: onnx.GraphProto, made: Mapping[str, Array]) -> None:
    """In place: constants take the place of the nodes that make them."""
    always = {value.name for value in graph.output} | outer_reads(graph)
    kept = without_dead([n for n in graph.node if made.keys().isdisjoint(n.output)], always)
    used = always.union(*map(reads, kept))
    left = onnx.GraphProto(node=kept)
    left.initializer.extend(t for t in graph.initializer if t.name in used)
    left.initializer.extend(numpy_helper.from_array(v, n) for n, v in made.items() if n in used)
    del graph.node[:], graph.initializer[:]
    graph.node.extend(left.node)
    graph.initializer.extend(left.initializer)


def _follows(
    node: onnx.NodeProto,
    ours: Set[str],
    small: Mapping[str, TensorProto],
    types: Mapping[str, TensorType],
) -> bool:
    """Whether a node computes a few numbers of what is `ours` and constants alone."""
    names = reads(node)
    if node.op_type in _QUANTIZERS or len(node.output) != 1 or ours.isdisjoint(names):
        return False
    kind = types.get(node.output[0])
    known = kind is not None and kind.shape is not None and kind.element in _ELEMENTS
    few = known and math.prod(_sides(kind)) <= _MOST_VALUES
    return few and all(name in ours or name in small for name in names)


def _sides(kind: TensorType | None) -> list[int]:
    """The sides, of an open one more than there may be."""
    shape = () if kind is None or kind.shape is None else kind.shape
    return [side if isinstance(side, int) else _MOST_VALUES + 1 for side in shape]


def _computed(
    proto: onnx.ModelProto,
    nodes: Sequence[onnx.NodeProto],
    made: Mapping[str, Array],
    small: Mapping[str, TensorProto],
) -> Iterator[tuple[str, Array]]:
    """What the nodes give, by onnxruntime."""
    if not nodes:
        return
    names = [str(node.output[0]) for node in nodes]
    read = set[str]().union(*map(reads, nodes))
    graph = helper.make_graph(
        list(nodes),
        "shapes",
        [],
        [onnx.ValueInfoProto(name=name) for name in names],
        [
            *(numpy_helper.from_array(value, name) for name, value in made.items() if name in read),
            *(tensor for name, tensor in small.items() if name in read),
        ],
    )
    opset = helper.make_opsetid("", opset_version(proto))
    model = helper.make_model(graph, opset_imports=[opset], ir_version=proto.ir_version)
    yield from Session(model, optimize=False, threads=1).run({}, names).items()


def _shape(node: onnx.NodeProto, kind: TensorType) -> Array:
    sides = [int(side) for side in kind.shape or () if isinstance(side, int)]
    if node.op_type == "Size":
        return np.array(math.prod(sides), np.int64)
    start, end = attribute(node, "start", 0), attribute(node, "end", len(sides))
    return np.array(sides[start:end], np.int64)


def _is_known(kind: TensorType | None) -> bool:
    return (
        kind is not None and kind.shape is not None and all(isinstance(s, int) for s in kind.shape)
    )


def _tell(value: onnx.ValueInfoProto, kind: TensorType) -> onnx.ValueInfoProto:
    """In place: says type and shape as far as they are known."""
    shape = None if kind.shape is None else list(kind.shape)
    told = helper.make_tensor_value_info(value.name, kind.element, shape)
    value.CopyFrom(told)
    return value
