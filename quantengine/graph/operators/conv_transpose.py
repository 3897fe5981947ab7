"""ConvTranspose: a kernel that scatters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.operators.conv import CONV, wrong_kernel
from quantengine.graph.operators.operator import Axes, Shape, Sides


def _axes(node: onnx.NodeProto, _: int) -> Axes:
    return Axes(1, 0, attribute(node, "group", 1))


def _depthwise(node: onnx.NodeProto, weight: Shape) -> int | None:
    """Where each input channel makes one output channel, the latter lie along axis 0 too."""
    groups = attribute(node, "group", 1)
    return 0 if groups > 1 and weight[:2] == (groups, 1) else None


def _multiplications(data: Shape, weight: Shape, _: Shape) -> int:
    return math.prod(weight) * math.prod(data[:1]) * math.prod(data[2:])


def _wrong(node: onnx.NodeProto, shapes: Sequence[Sides]) -> str | None:
    return wrong_kernel(node, shapes, gathered=0, made=1)


OPERATORS = (
    replace(
        CONV,
        name="ConvTranspose",
        wrong=_wrong,
        axes=_axes,
        depthwise=_depthwise,
        gathers=False,
        gives_codes=False,
        multiplications=_multiplications,
    ),
)
