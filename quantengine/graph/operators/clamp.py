"""Relu and Clip: their bounds become those of a range."""

from __future__ import annotations

import math

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind, Lookup, Operator, always


def _positive(_: onnx.NodeProto, __: Lookup) -> tuple[float, float]:
    return 0.0, math.inf


def _between(node: onnx.NodeProto, constant: Lookup) -> tuple[float, float] | None:
    """Of inputs, or of attributes before opset 11."""
    bounds = [attribute(node, "min", -math.inf), attribute(node, "max", math.inf)]
    for place, name in enumerate(node.input[1:3]):
        value = constant(name) if name else None
        if name and value is None:
            return None
        if value is not None and value.size == 1:
            bounds[place] = value.item()
    return float(bounds[0]), float(bounds[1])


def _holds_zero(model: FloatModel, node: onnx.NodeProto) -> bool:
    bounds = _between(node, model.constant)
    return bounds is not None and bounds[0] <= 0 <= bounds[1]


OPERATORS = (
    Operator("Relu", Kind.CLAMP, bounds=_positive, scales_through=always, passes_on=True),
    Operator("Clip", Kind.CLAMP, bounds=_between, scales_through=_holds_zero, passes_on=True),
)
