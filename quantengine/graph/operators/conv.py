"""Conv: a kernel that gathers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.obstacles import weight_obstacle
from quantengine.graph.operators.operator import Axes, Kind, Operator, Shape, Sides
from quantengine.graph.operators.window import agree, is_number, wrong_window

_LEAST_AXES = 3


def _axes(node: onnx.NodeProto, _: int) -> Axes:
    return Axes(0, 1, attribute(node, "group", 1))


def _multiplications(_: Shape, weight: Shape, result: Shape) -> int:
    return math.prod(weight) * math.prod(result[:1]) * math.prod(result[2:])


def wrong_kernel(
    node: onnx.NodeProto, shapes: Sequence[Sides], gathered: int, made: int
) -> str | None:
    """What in shapes and attributes suits no convolution.

    `gathered`, `made`: the axes of its weight along which channels come in and go out.
    """
    data, weight, bias = (*shapes, None, None)[:3]
    if weight is None:
        return None
    if len(weight) < _LEAST_AXES or (data is not None and len(data) != len(weight)):
        return f"its weight has {len(weight)} axes, its data {'?' if data is None else len(data)}"
    groups = attribute(node, "group", 1)
    first, given, taken = weight[0], weight[made], weight[gathered]
    if groups < 1 or (is_number(first) and first % groups):
        return f"{first} channels of its weight make no {groups} equal groups"
    if data is not None and is_number(taken) and is_number(data[1]):
        meets = taken * groups if gathered else taken
        if meets != data[1]:
            return f"its weight takes {meets} channels, its data has {data[1]}"
    if bias is not None and is_number(given):
        channels = given * groups if made else given
        if not agree(bias, (channels,)):
            return f"its bias {list(bias)} is not one number for each of {channels} channels"
    return wrong_window(node, weight[2:])


def _wrong(node: onnx.NodeProto, shapes: Sequence[Sides]) -> str | None:
    return wrong_kernel(node, shapes, gathered=1, made=0)


CONV = Operator(
    "Conv",
    Kind.CORE,
    inputs=2,
    obstacle=weight_obstacle(bias=2),
    wrong=_wrong,
    axes=_axes,
    bias=2,
    channels=1,
    gathers=True,
    gives_codes=True,
    multiplications=_multiplications,
)
OPERATORS = (CONV,)
