"""What running a file on made-up inputs costs, known from shapes before anything runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from quantengine.graph.constants import computed, constant_value
from quantengine.graph.model import TensorType
from quantengine.graph.operators.operator import DOMAINS, Kind
from quantengine.graph.operators.registry import operator_of
from quantengine.graph.shapes import tensor_types
from quantengine.graph.walk import skeleton, subgraphs

OPEN_SIDE = 224
"""The longest of the lengths that are tried for an open dimension."""
_MOST_BYTES, _MOST_PRODUCTS = 2**30, 2**34
_MOST_SETTLED, _ROUNDS = 1024, 4
_GROWING = ("ConstantOfShape", "Expand", "Range", "Tile")
_SETTLING = (
    *("Add", "And", "Cast", "Ceil", "Concat", "Div", "Equal", "Floor", "Gather", "Greater"),
    *("Identity", "Less", "Max", "Min", "Mod", "Mul", "Neg", "Not", "Or", "ReduceProd"),
    *("Reshape", "Slice", "Squeeze", "Sub", "Unsqueeze", "Where", *_GROWING),
)
"""What networks compute shapes with; none but the growing makes much of little."""

Shape = tuple[int, ...]


def is_light(proto: onnx.ModelProto) -> bool:
    """Whether its tensors take under 1 GB, its products under a second, and it surely ends.

    False wherever that is not known beforehand: of what runs in bodies or has a shape that values
    decide.
    """
    if any(any(subgraphs(node)) for node in proto.graph.node):
        return False
    light, _ = skeleton(proto)
    _close_sides(light.graph)
    shapes = _shapes(light)
    return (
        shapes is not None
        and sum(8 * math.prod(shape) for shape in shapes.values()) <= _MOST_BYTES
        and sum(_products(node, shapes) for node in light.graph.node) <= _MOST_PRODUCTS
    )


def _close_sides(graph: onnx.GraphProto) -> None:
    """In place: what may have any length gets the longest that is tried."""
    for value in graph.input:
        for place, dim in enumerate(value.type.tensor_type.shape.dim):
            if dim.dim_value <= 0:
                dim.dim_value = OPEN_SIDE if place else 1
    for value in graph.output:
        value.type.tensor_type.ClearField("shape")
    del graph.value_info[:]


def _shapes(proto: onnx.ModelProto) -> Mapping[str, Shape] | None:
    """Of all that nodes make and inputs are; None where one is not known."""
    for _ in range(_ROUNDS):
        types, _notes = tensor_types(proto)
        shapes = {name: _known(kind) for name, kind in types.items()}
        if None not in shapes.values():
            return {name: shape for name, shape in shapes.items() if shape is not None}
        if not _settle(proto, types):
            return None
    return None


def _known(kind: TensorType) -> Shape | None:
    if kind.shape is None:
        return None
    sides = [side for side in kind.shape if isinstance(side, int)]
    return tuple(sides) if len(sides) == len(kind.shape) else None


def _settle(proto: onnx.ModelProto, types: Mapping[str, TensorType]) -> bool:
    """In place: small integers that shapes decide become constants; whether there were any."""
    graph = proto.graph
    opset = next((e.version for e in proto.opset_import if e.domain in DOMAINS), 0)
    known = {tensor.name: tensor for tensor in graph.initializer}
    kept = []
    for node in graph.node:
        tensor = _settled(node, known, types, opset)
        if tensor is None:
            kept.append(node)
            continue
        tensor.name = node.output[0]
        known[tensor.name] = tensor
        graph.initializer.append(tensor)
    if len(kept) == len(graph.node):
        return False
    nodes = onnx.GraphProto(node=kept)
    del graph.node[:]
    graph.node.extend(nodes.node)
    return True


def _settled(
    node: onnx.NodeProto,
    known: Mapping[str, TensorProto],
    types: Mapping[str, TensorType],
    opset: int,
) -> TensorProto | None:
    if node.domain not in DOMAINS or len(node.output) != 1:
        return None
    if node.op_type == "Constant":
        return constant_value(node)
    if node.op_type == "Shape" and not node.attribute:
        kind = types.get(node.input[0])
        shape = None if kind is None else _known(kind)
        return None if shape is None else numpy_helper.from_array(np.array(shape, np.int64))
    if node.op_type not in _SETTLING:
        return None
    inputs = [known[name] for name in node.input if name in known]
    if (
        not inputs
        or len(inputs) < sum(map(bool, node.input))
        or not _are_small(t.dims for t in inputs)
    ):
        return None
    if node.op_type in _GROWING:
        made = types.get(node.output[0])
        shape = None if made is None else _known(made)
        if shape is None or not _are_small([shape]):
            return None
    return computed(node, inputs, opset)


def _are_small(shapes: Iterable[Iterable[int]]) -> bool:
    return sum(math.prod(shape) for shape in shapes) <= _MOST_SETTLED


def _products(node: onnx.NodeProto, shapes: Mapping[str, Shape]) -> int:
    """How many multiplications a node does, 0 of one that is known for none."""
    operator = operator_of(node)
    fed = [shapes.get(name, ()) for name in node.input]
    if operator.kind is Kind.CELL:
        return math.prod(fed[0][:2]) * sum(math.prod(weight) for weight in fed[1:3])
    if node.op_type == "Einsum":
        return math.prod(math.prod(shape) for shape in fed)
    if operator.kind is not Kind.CORE or len(fed) < 2:
        return 0
    return operator.multiplications(fed[0], fed[1], shapes.get(node.output[0], ()))
