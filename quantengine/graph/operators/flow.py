"""Operators that compute on codes where their inputs are some."""

from __future__ import annotations

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind, Operator


def pool_obstacle(_: FloatModel, node: onnx.NodeProto) -> str | None:
    """Why onnxruntime's integer AveragePool computes another average, None where it does not.

    Measured: it passes over dilations, and counts otherwise where count_include_pad meets windows
    that ceil_mode or VALID place.
    """
    if any(step != 1 for step in attribute(node, "dilations", ())):
        return "onnxruntime's integer AveragePool does not know dilations"
    placed = attribute(node, "auto_pad", "NOTSET")
    rounds_up = placed == "NOTSET" and attribute(node, "ceil_mode", 0)
    if attribute(node, "count_include_pad", 0) and (rounds_up or placed == "VALID"):
        return "onnxruntime's integer AveragePool counts pads otherwise with ceil_mode or VALID"
    return None


_OF_ONE = ("Sigmoid", "HardSigmoid", "HardSwish", "Elu", "Tanh", "Mish", "ReduceMean")
_OF_SEVERAL = ("Add", "Sub", "Mul", "PRelu")

OPERATORS = (
    *(Operator(name, Kind.FLOW) for name in _OF_ONE),
    *(Operator(name, Kind.FLOW, inputs=None) for name in _OF_SEVERAL),
    Operator("Concat", Kind.FLOW, inputs=None, carries=None),
    Operator("AveragePool", Kind.FLOW, obstacle=pool_obstacle, scales_through=True),
    Operator("GlobalAveragePool", Kind.FLOW, scales_through=True),
    Operator("LeakyRelu", Kind.FLOW, scales_through=True),
)
