"""Why a node of an operator with an integer form has none itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.reason import OF_SHAPES, Reason, Why

COMPUTED_WEIGHT = Reason(Why.OPERATOR, "its weight is computed while running, not a constant")
_COMPUTED_BIAS = Reason(Why.OPERATOR, "its bias is computed while running, not a constant")
_WIDER: dict[int, str] = {onnx.TensorProto.DOUBLE: "double", onnx.TensorProto.BFLOAT16: "bfloat16"}


def is_float(model: FloatModel, tensor: str) -> bool:
    """Whether it is known to hold float32, the one type that codes take the place of."""
    known = model.types.get(tensor)
    return known is not None and known.element == onnx.TensorProto.FLOAT


def type_obstacle(model: FloatModel, tensors: Iterable[str]) -> Reason:
    """Why the types of `tensors`, not all float32, keep the node float that has them."""
    for tensor in filter(None, tensors):
        known = model.types.get(tensor)
        if known is None:
            return Reason(Why.TYPE, "the type of '{0}' is unknown", (tensor,))
        if known.element in _WIDER:
            wider = _WIDER[known.element]
            return Reason(Why.TYPE, "computes in {0}: only float32 becomes integer", (wider,))
    return OF_SHAPES


def weight_obstacle(bias: int) -> Callable[[FloatModel, onnx.NodeProto], Reason | None]:
    """The obstacle of an operator with a weight at place 1 and a bias at place `bias`."""

    def computed(model: FloatModel, node: onnx.NodeProto) -> Reason | None:
        for place, reason in ((1, COMPUTED_WEIGHT), (bias, _COMPUTED_BIAS)):
            name = node.input[place] if place < len(node.input) else ""
            if name and model.constant(name) is None:
                return reason
        return None

    return computed
