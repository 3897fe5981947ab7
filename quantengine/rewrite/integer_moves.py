"""Operators that move 8-bit codes as they are."""

from __future__ import annotations

import onnx

from quantengine.graph.attributes import attribute
from quantengine.rewrite.integer_operators import Quantized

_NO_KERNEL = ("GlobalMaxPool", "Dropout")
"""ONNX or onnxruntime have these for floats only."""


def move_obstacle(node: onnx.NodeProto) -> str | None:
    """Why a move keeps its float pair, None where onnxruntime moves codes of int8 and uint8."""
    if node.op_type in _NO_KERNEL:
        return f"{node.op_type} has no form for 8-bit codes"
    if len([name for name in node.output if name]) > 1:
        return f"{node.op_type} with several outputs keeps its pairs"
    if node.op_type != "Resize":
        return None
    mode = attribute(node, "mode", "nearest")
    if mode != "nearest":
        return f"Resize in mode {mode} computes new values: onnxruntime cuts off their fractions"
    if attribute(node, "coordinate_transformation_mode", "") == "tf_crop_and_resize":
        return "Resize fills what lies outside with code 0, not with the zero point"
    return None


def moved(node: onnx.NodeProto, x: Quantized, y: Quantized) -> onnx.NodeProto:
    """The same node on codes; what a Pad puts around them is the zero point."""
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.input[0], copy.output[0] = x.codes, y.codes
    if node.op_type == "Pad":
        while len(copy.input) < 3:
            copy.input.append("")
        copy.input[2] = x.zero_point
    return copy
