"""Layers with weights, seen channel by channel: which axis is which, and how to scale it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.graph.affine import Floats
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Axes
from quantengine.graph.operators.registry import operator_of


def blocks(node: onnx.NodeProto, weight: NDArray[Any]) -> NDArray[Any]:
    """A weight, or anything of its shape, as `[G, R, C, T]`.

    Groups, output and input channels of each, and the taps of a kernel (one of a matrix).
    """
    axes = weight_axes(node, weight.ndim)
    first, second, *kernel = (*weight.shape, 1)
    split = weight.reshape(axes.groups, first // axes.groups, second, math.prod(kernel))
    return split if axes.output == 0 else split.swapaxes(1, 2)


def weight_axes(node: onnx.NodeProto, rank: int) -> Axes:
    """The axes of the weight of a layer."""
    return operator_of(node).axes(node, rank)


def output_channels(node: onnx.NodeProto, weight: NDArray[np.float32]) -> int:
    """C of the layer's output."""
    return math.prod(blocks(node, weight).shape[:2])


def input_channels(node: onnx.NodeProto, weight: NDArray[np.float32]) -> int:
    """C of the layer's input."""
    groups, _, channels, _ = blocks(node, weight).shape
    return int(groups * channels)


def output_factor(node: onnx.NodeProto, weight: NDArray[np.float32], scale: Floats) -> Floats:
    """`scale` [C out], shaped to multiply the weight."""
    axes = weight_axes(node, weight.ndim)
    return _factor(scale.reshape(axes.groups, -1), axes.output, axes.groups, weight)


def input_factor(node: onnx.NodeProto, weight: NDArray[np.float32], scale: Floats) -> Floats:
    """`scale` [C in], shaped to multiply the weight."""
    axes = weight_axes(node, weight.ndim)
    return _factor(scale.reshape(axes.groups, -1), axes.reduction, axes.groups, weight)


def _factor(by_group: Floats, axis: int | None, groups: int, weight: NDArray[np.float32]) -> Floats:
    first, second, *kernel = weight.shape
    shaped = by_group[:, :, None] if axis == 0 else by_group[:, None, :]
    whole = np.broadcast_to(shaped, (groups, first // groups, second))
    return whole.reshape(first, second, *[1] * len(kernel))


def sum_over_inputs(node: onnx.NodeProto, product: Floats) -> Floats:
    """[C out]: anything of a weight's shape summed over all that meets in one output channel."""
    return np.asarray(blocks(node, product).sum(axis=(2, 3)).reshape(-1))


def channel_ranges(node: onnx.NodeProto, weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """[C, 2]: low and high of the weights of each output channel."""
    split = blocks(node, weight)
    if not split.shape[2] * split.shape[3]:
        return np.zeros((output_channels(node, weight), 2), np.float32)
    return np.stack([end(axis=(2, 3)).reshape(-1) for end in (split.min, split.max)], axis=1)


def takes_shift(node: onnx.NodeProto) -> bool:
    """Whether what is added to an input channel, axis 1, may move into the node's bias."""
    operator = operator_of(node)
    return operator.gathers and operator.bias is not None


def added_constant(model: FloatModel, node: onnx.NodeProto) -> str | None:
    """The vector `[C out]` that an Add puts onto what a MatMul gives, where both serve it alone."""
    if operator_of(node).biased is None:
        return None
    readers = model.consumers.get(node.output[0], ())
    weight = model.constant(node.input[1])
    lonely = node.output[0] not in model.outputs and node.output[0] not in model.captured
    if weight is None or len(readers) != 1 or not lonely:
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
    if operator_of(node).is_product:
        return weight.ndim == 2
    groups = weight_axes(node, weight.ndim).groups
    return weight.ndim > 2 and groups > 0 and weight.shape[0] % groups == 0
