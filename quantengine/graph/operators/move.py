"""Operators that only move values."""

from __future__ import annotations

import numpy as np
import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind, Operator, always


def _pad_keeps_zero(model: FloatModel, node: onnx.NodeProto) -> bool:
    """What a Pad fills may lie outside the range, unless it is zero."""
    mode = attribute(node, "mode", "constant")
    if mode != "constant" or len(node.input) < 3 or not node.input[2]:
        return True
    fill = model.constant(node.input[2])
    return fill is not None and not np.any(fill)


def _resize_keeps_zero(_: FloatModel, node: onnx.NodeProto) -> bool:
    return not attribute(node, "extrapolation_value", 0.0)


def _flattens_points(model: FloatModel, node: onnx.NodeProto) -> bool:
    """Whether each channel that a Flatten reads is one value."""
    known = model.types.get(node.input[0])
    points = known is not None and known.shape is not None and {*known.shape[2:]} <= {1}
    return points and attribute(node, "axis", 1) == 1


_CUBIC = Operator("Resize", Kind.FLOW, keeps_zero=_resize_keeps_zero)
"""Cubic weights overshoot: the output leaves the range of the input."""


def _cubic(node: onnx.NodeProto) -> Operator | None:
    return _CUBIC if attribute(node, "mode", "nearest") == "cubic" else None


def _carrying(name: str) -> Operator:
    return Operator(name, Kind.MOVE, carries=(0,))


def _passing(name: str) -> Operator:
    return Operator(name, Kind.MOVE, scales_through=always, passes_on=True, carries=(0,))


_STAY_FLOAT = ("Cast", "CastLike", "Trilu", "GatherND", "GatherElements")

OPERATORS = (
    *map(_carrying, ("Reshape", "Transpose", "Squeeze", "Unsqueeze", "Expand", "Tile")),
    Operator("Flatten", Kind.MOVE, scales_through=_flattens_points, carries=(0,)),
    *map(_passing, ("Identity", "Dropout")),
    Operator("Slice", Kind.MOVE, cuts=True, carries=(0,)),
    Operator("Split", Kind.MOVE, cuts=True, carries=(0,)),
    Operator("Pad", Kind.MOVE, keeps_zero=_pad_keeps_zero, carries=(0, 2)),
    Operator("Resize", Kind.MOVE, variant=_cubic, keeps_zero=_resize_keeps_zero),
    Operator("MaxPool", Kind.MOVE, scales_through=always),
    Operator("GlobalMaxPool", Kind.MOVE, scales_through=always),
    Operator("DepthToSpace", Kind.MOVE),
    Operator("SpaceToDepth", Kind.MOVE),
    *(Operator(name, carries=(0,)) for name in _STAY_FLOAT),
    *(Operator(name, carries=(0, 2)) for name in ("ScatterND", "ScatterElements")),
    Operator("Where", carries=(1, 2)),
)
