"""Operators that compute on codes where their inputs are some."""

from __future__ import annotations

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind, Operator, always
from quantengine.graph.reason import Reason, Why


def pool_obstacle(_: FloatModel, node: onnx.NodeProto) -> Reason | None:
    """Why onnxruntime's integer AveragePool computes another average, None where it does not.

    Measured: it passes over dilations, and counts otherwise where count_include_pad meets windows
    that ceil_mode or VALID place.
    """
    if any(step != 1 for step in attribute(node, "dilations", ())):
        return Reason(Why.OPERATOR, "onnxruntime's integer AveragePool does not know dilations")
    placed = attribute(node, "auto_pad", "NOTSET")
    rounds_up = placed == "NOTSET" and attribute(node, "ceil_mode", 0)
    if attribute(node, "count_include_pad", 0) and (rounds_up or placed == "VALID"):
        return Reason(
            Why.OPERATOR,
            "onnxruntime's integer AveragePool counts pads otherwise with ceil_mode or VALID",
        )
    return None


def _adds_alike(model: FloatModel, node: onnx.NodeProto) -> bool:
    """A sum of two results of one shape."""
    known = [model.types.get(name) for name in (*node.input, *node.output)]
    shapes = {None if kind is None else kind.shape for kind in known}
    constant = any(name in model.initializers for name in node.input)
    return not constant and None not in shapes and len(shapes) == 1


_OF_ONE = ("Sigmoid", "HardSigmoid", "HardSwish", "Elu", "Tanh", "Mish", "ReduceMean")
_OF_SEVERAL = ("Sub", "Mul", "PRelu")

OPERATORS = (
    *(Operator(name, Kind.FLOW) for name in _OF_ONE),
    *(Operator(name, Kind.FLOW, inputs=None) for name in _OF_SEVERAL),
    Operator("Add", Kind.FLOW, inputs=None, scales_through=_adds_alike),
    Operator("Concat", Kind.FLOW, inputs=None, carries=None),
    Operator("AveragePool", Kind.FLOW, obstacle=pool_obstacle, scales_through=always),
    Operator("GlobalAveragePool", Kind.FLOW, scales_through=always),
    Operator("LeakyRelu", Kind.FLOW, scales_through=always),
)
