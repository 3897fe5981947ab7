"""ConvTranspose: a kernel that scatters."""

from __future__ import annotations

import math
from dataclasses import replace

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.operators.conv import CONV
from quantengine.graph.operators.operator import Axes, Shape


def _axes(node: onnx.NodeProto, _: int) -> Axes:
    return Axes(1, 0, attribute(node, "group", 1))


def _multiplications(data: Shape, weight: Shape, _: Shape) -> int:
    return math.prod(weight) * math.prod(data[:1]) * math.prod(data[2:])


OPERATORS = (
    replace(
        CONV,
        name="ConvTranspose",
        axes=_axes,
        gathers=False,
        gives_codes=False,
        multiplications=_multiplications,
    ),
)
