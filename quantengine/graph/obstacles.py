"""Why a node of an operator with an integer form has none itself."""

from __future__ import annotations

from collections.abc import Iterable

import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.operators import Kind, attribute, bias_input, kind_of, text_attribute

OF_SHAPES = "works on shapes or indices"
_WIDER: dict[int, str] = {onnx.TensorProto.DOUBLE: "double", onnx.TensorProto.BFLOAT16: "bfloat16"}


def is_float(model: FloatModel, tensor: str) -> bool:
    """Whether it is known to hold float32, the one type that codes take the place of."""
    known = model.types.get(tensor)
    return known is not None and known.element == onnx.TensorProto.FLOAT


def type_obstacle(model: FloatModel, tensors: Iterable[str]) -> str:
    """Why the types of `tensors`, not all float32, keep the node float that has them."""
    for tensor in filter(None, tensors):
        known = model.types.get(tensor)
        if known is None:
            return f"the type of '{tensor}' is unknown"
        if known.element in _WIDER:
            return f"computes in {_WIDER[known.element]}: only float32 becomes integer"
    return OF_SHAPES


def integer_obstacle(model: FloatModel, node: onnx.NodeProto) -> str | None:
    """What keeps `node` float, None where nothing does."""
    if kind_of(node) is not Kind.CORE:
        return pool_obstacle(node)
    if node.op_type != "MatMul" and model.constant(node.input[1]) is None:
        return "its weight is computed while running, not a constant"
    bias = bias_input(node)
    if bias is not None and model.constant(bias) is None:
        return "its bias is computed while running, not a constant"
    return _gemm_obstacle(model, node, bias) if node.op_type == "Gemm" else None


def _gemm_obstacle(model: FloatModel, node: onnx.NodeProto, bias: str | None) -> str | None:
    if any(a.name in ("alpha", "beta") and a.f != 1 for a in node.attribute):
        return "Gemm with alpha or beta other than 1 has no integer form"
    columns = model.initializers[node.input[1]].dims[0 if attribute(node, "transB", 0) else 1]
    if bias is not None and list(model.initializers[bias].dims) != [columns]:
        return "its bias is not one number for each column: no integer form adds it"
    return None


def pool_obstacle(node: onnx.NodeProto) -> str | None:
    """Why onnxruntime's integer AveragePool computes another average, None where it does not.

    Measured: it passes over dilations, and counts otherwise where count_include_pad meets windows
    that ceil_mode or VALID place.
    """
    if node.op_type != "AveragePool":
        return None
    if any(a.name == "dilations" and any(step != 1 for step in a.ints) for a in node.attribute):
        return "onnxruntime's integer AveragePool does not know dilations"
    placed = text_attribute(node, "auto_pad", "NOTSET")
    rounds_up = placed == "NOTSET" and attribute(node, "ceil_mode", 0)
    if attribute(node, "count_include_pad", 0) and (rounds_up or placed == "VALID"):
        return "onnxruntime's integer AveragePool counts pads otherwise with ceil_mode or VALID"
    return None
