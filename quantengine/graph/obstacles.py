"""Why a node of an operator with an integer form has none itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import onnx

from quantengine.graph.model import FloatModel

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


def weight_obstacle(bias: int) -> Callable[[FloatModel, onnx.NodeProto], str | None]:
    """The obstacle of an operator with a weight at place 1 and a bias at place `bias`."""

    def computed(model: FloatModel, node: onnx.NodeProto) -> str | None:
        for place, word in ((1, "weight"), (bias, "bias")):
            name = node.input[place] if place < len(node.input) else ""
            if name and model.constant(name) is None:
                return f"its {word} is computed while running, not a constant"
        return None

    return computed
