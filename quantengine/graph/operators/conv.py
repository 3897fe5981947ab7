"""Conv: a kernel that gathers."""

from __future__ import annotations

import math

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.obstacles import weight_obstacle
from quantengine.graph.operators.operator import Axes, Kind, Operator, Shape


def _axes(node: onnx.NodeProto, _: int) -> Axes:
    return Axes(0, 1, attribute(node, "group", 1))


def _multiplications(_: Shape, weight: Shape, result: Shape) -> int:
    return math.prod(weight) * math.prod(result[:1]) * math.prod(result[2:])


CONV = Operator(
    "Conv",
    Kind.CORE,
    inputs=2,
    obstacle=weight_obstacle(bias=2),
    axes=_axes,
    bias=2,
    channels=1,
    gathers=True,
    gives_codes=True,
    multiplications=_multiplications,
)
OPERATORS = (CONV,)
