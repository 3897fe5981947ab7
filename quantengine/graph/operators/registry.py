"""Every operator by name, and what rules ask of a node."""

from __future__ import annotations

from collections.abc import Mapping

import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.operators import (
    clamp,
    conv,
    conv_transpose,
    flow,
    move,
    product,
    recurrent,
    table,
)
from quantengine.graph.operators.operator import DOMAINS, Kind, Operator

FAMILIES = (conv, conv_transpose, product, table, recurrent, clamp, flow, move)

OPERATORS: Mapping[str, Operator] = {
    operator.name: operator for family in FAMILIES for operator in family.OPERATORS
}


def operator_of(node: onnx.NodeProto) -> Operator:
    """What is known of the operator of a node; one that is not known stays float."""
    known = OPERATORS.get(node.op_type) if node.domain in DOMAINS else None
    if known is None:
        return Operator(node.op_type)
    return known.variant(node) or known


def kind_of(node: onnx.NodeProto) -> Kind:
    return operator_of(node).kind


def activation_inputs(node: onnx.NodeProto) -> tuple[str, ...]:
    """The inputs that may carry quantized values, weights included, bias and indices left out."""
    operator = operator_of(node)
    if operator.kind in (Kind.FLOAT, Kind.CELL):
        return ()
    return tuple(name for name in node.input[: operator.inputs] if name)


def weight_inputs(node: onnx.NodeProto) -> tuple[str, ...]:
    """The inputs whose constants may have codes of their own."""
    stored = tuple(str(node.input[place]) for place in operator_of(node).stored)
    return stored or activation_inputs(node)


def bias_input(node: onnx.NodeProto) -> str | None:
    """The name of the bias of a node that has one."""
    place = operator_of(node).bias
    return None if place is None or place >= len(node.input) else node.input[place] or None


def set_bias(node: onnx.NodeProto, name: str) -> int:
    """In place: gives a node the bias of that name; gives its place.

    Raises ValueError for an operator without one.
    """
    place = operator_of(node).bias
    if place is None:
        raise ValueError(f"{node.op_type} has no place for a bias")
    while len(node.input) <= place:
        node.input.append("")
    node.input[place] = name
    return place


def is_table(model: FloatModel, node: onnx.NodeProto) -> bool:
    """Whether a node gives rows of a constant, which are worth storing as codes."""
    return operator_of(node).is_table(model, node)
