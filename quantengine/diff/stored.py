"""The weight of a layer in a file that is quantized already."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.diff.coded import coded, granularity_of_node, rounded
from quantengine.diff.packed import unpacked
from quantengine.graph.model import FloatModel
from quantengine.graph.weighted import weight_axes


def stored_weight(model: FloatModel, layer: str) -> tuple[NDArray[Any], int] | None:
    """What its codes stand for, and the axis of its channels; None where it has no such weight.

    Packed (MatMulNBits), or dequantized before the layer reads it; codes may be made while running.
    """
    node = next((each for each in model.graph.node if each.name == layer), None)
    if node is None:
        return None
    if node.op_type == "MatMulNBits":
        found = unpacked(node, model.constant)
        return None if found is None else (found.values, 1)
    for name in node.input[1:2]:
        values = _dequantized(model, model.producers.get(name))
        axis = None if values is None else weight_axes(node, values.ndim).output
        if values is not None and axis is not None:
            return values, axis
    return None


def _dequantized(model: FloatModel, node: onnx.NodeProto | None) -> NDArray[np.float32] | None:
    if node is None or node.op_type != "DequantizeLinear":
        return None
    tensor = model.initializers.get(node.input[0]) or _rounded(model, node.input[0])
    scale, zero = (model.constant(name) for name in [*node.input, ""][1:3])
    if tensor is None or scale is None:
        return None
    found = coded(tensor, scale, zero, granularity_of_node(node, len(tensor.dims)))
    return None if found is None else found.values


def _rounded(model: FloatModel, name: str) -> onnx.TensorProto | None:
    """Codes that are made of a constant while running."""
    maker = model.producers.get(name)
    if maker is None or maker.op_type != "QuantizeLinear":
        return None
    return rounded(maker, model.initializers)
