"""Layers with weights, seen channel by channel: which axis is which, and how to scale it."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.graph.affine import Floats
from quantengine.graph.model import FloatModel

WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")


def attribute(node: onnx.NodeProto, name: str, default: Any) -> Any:
    """The value of a node's attribute, or `default`."""
    for found in node.attribute:
        if found.name == name:
            return onnx.helper.get_attribute_value(found)
    return default


def output_axis(node: onnx.NodeProto) -> int:
    """The axis of the weight that holds the output channels (within a group)."""
    if node.op_type == "Conv" or (node.op_type == "Gemm" and attribute(node, "transB", 0)):
        return 0
    return 1


def output_channels(node: onnx.NodeProto, weight: NDArray[np.float32]) -> int:
    """C of the layer's output; the channels lie along axis 1 of it."""
    groups = attribute(node, "group", 1) if node.op_type == "ConvTranspose" else 1
    return int(weight.shape[output_axis(node)] * groups)


def output_factor(node: onnx.NodeProto, weight: NDArray[np.float32], scale: Floats) -> Floats:
    """`scale` [C out], shaped to multiply the weight."""
    axis = output_axis(node)
    if node.op_type == "ConvTranspose":
        groups = attribute(node, "group", 1)
        rows = np.repeat(scale.reshape(groups, -1), weight.shape[0] // groups, axis=0)
        return rows.reshape(weight.shape[:2] + (1,) * (weight.ndim - 2))
    return scale.reshape((1,) * axis + (-1,) + (1,) * (weight.ndim - axis - 1))


def input_factor(node: onnx.NodeProto, weight: NDArray[np.float32], scale: Floats) -> Floats:
    """`scale` [C in] of a Conv or Gemm, shaped to multiply the weight."""
    if node.op_type == "Gemm":
        return scale[None, :] if attribute(node, "transB", 0) else scale[:, None]
    groups = attribute(node, "group", 1)
    rows = np.repeat(scale.reshape(groups, -1), weight.shape[0] // groups, axis=0)
    return rows.reshape(weight.shape[:2] + (1,) * (weight.ndim - 2))


def input_channels(node: onnx.NodeProto, weight: NDArray[np.float32]) -> int:
    """C of the input of a Conv or Gemm."""
    if node.op_type == "Gemm":
        return int(weight.shape[1 - output_axis(node)])
    return int(weight.shape[1] * attribute(node, "group", 1))


def sum_over_inputs(node: onnx.NodeProto, product: Floats) -> Floats:
    """[C out]: a Conv or Gemm weight summed over all that meets in one output channel."""
    axis = output_axis(node)
    return np.asarray(product.sum(axis=tuple(i for i in range(product.ndim) if i != axis)))


def channel_ranges(node: onnx.NodeProto, weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """[C, 2]: low and high of the weights of each output channel."""
    if node.op_type == "ConvTranspose":
        groups = attribute(node, "group", 1)
        grouped = weight.reshape(groups, weight.shape[0] // groups, weight.shape[1], -1)
        rows = np.moveaxis(grouped, 2, 1).reshape(groups * weight.shape[1], -1)
    else:
        axis = output_axis(node)
        rows = np.moveaxis(weight, axis, 0).reshape(weight.shape[axis], -1)
    if not rows.shape[1]:
        return np.zeros((len(rows), 2), np.float32)
    return np.stack([rows.min(axis=1), rows.max(axis=1)], axis=1)


def added_constant(model: FloatModel, node: onnx.NodeProto) -> str | None:
    """The vector `[C out]` that an Add puts onto what a MatMul gives, where both serve it alone."""
    readers = model.consumers.get(node.output[0], ())
    weight = model.constant(node.input[1])
    lonely = node.output[0] not in model.outputs and node.output[0] not in model.captured
    if node.op_type != "MatMul" or weight is None or len(readers) != 1 or not lonely:
        return None
    names = [str(name) for name in readers[0].input if name != node.output[0]]
    if readers[0].op_type != "Add" or len(names) != 1 or names[0] in model.captured:
        return None
    values = model.constant(names[0])
    alone = len(model.consumers.get(names[0], ())) == 1 and names[0] not in model.outputs
    fits = values is not None and values.ndim == 1 and values.size == weight.shape[-1]
    return names[0] if alone and fits else None


def is_sound(node: onnx.NodeProto, weight: NDArray[np.float32]) -> bool:
    """Whether the weight's shape suits the operator and its groups."""
    if node.op_type in ("Gemm", "MatMul"):
        return weight.ndim == 2
    groups = attribute(node, "group", 1)
    return weight.ndim > 2 and groups > 0 and weight.shape[0] % groups == 0
