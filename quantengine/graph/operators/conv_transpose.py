"""ConvTranspose: a kernel that scatters."""

from __future__ import annotations

import math

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.obstacles import weight_obstacle
from quantengine.graph.operators.operator import Axes, Kind, Operator, Shape


def _axes(node: onnx.NodeProto, _: int) -> Axes:
    return Axes(1, 0, attribute(node, "group", 1))


def _multiplications(data: Shape, weight: Shape, _: Shape) -> int:
    return math.prod(weight) * math.prod(data[:1]) * math.prod(data[2:])


OPERATORS = (
    Operator(
        "ConvTranspose",
        Kind.CORE,
        inputs=2,
        obstacle=weight_obstacle(bias=2),
        axes=_axes,
        bias=2,
        channels=1,
        multiplications=_multiplications,
    ),
)
