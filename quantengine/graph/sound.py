"""Sizes, axes and attributes of each node agree with each other: what comes later relies on it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import onnx

from quantengine.errors import ModelError
from quantengine.graph.model import TensorType
from quantengine.graph.operators.registry import operator_of
from quantengine.graph.shapes import tensor_types
from quantengine.graph.walk import skeleton


def refuse_wrong(proto: onnx.ModelProto, types: Mapping[str, TensorType], path: Path) -> None:
    """Raises ModelError for the first node whose shapes and attributes contradict each other.

    By the rules of each operator that computes on codes or weights; what cannot be known before
    data is there contradicts nothing, nor does what a file merely says of its inner tensors.
    """
    if _first_wrong(proto, types) is None:
        return
    found = _first_wrong(proto, tensor_types(_unsaid(proto))[0])
    if found is not None:
        node, wrong = found
        raise ModelError(
            "{0} is not a valid ONNX model: node '{1}' ({2}) cannot be run, {3}; export it again.",
            *(path, node.name, node.op_type, wrong),
        )


def _first_wrong(
    proto: onnx.ModelProto, types: Mapping[str, TensorType]
) -> tuple[onnx.NodeProto, str] | None:
    for node in proto.graph.node:
        known = [types.get(name) for name in node.input]
        wrong = operator_of(node).wrong(node, [None if k is None else k.shape for k in known])
        if wrong is not None:
            return node, wrong
    return None


def _unsaid(proto: onnx.ModelProto) -> onnx.ModelProto:
    """Without what is said of tensors that nodes make: onnxruntime goes by what it finds."""
    light, _ = skeleton(proto)
    del light.graph.value_info[:]
    for value in light.graph.output:
        value.type.tensor_type.ClearField("shape")
    return light
