"""Chains of Relu and Clip, which become part of the range of what stands before them."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.graph.walk import first_made

_ends: WeakKeyDictionary[FloatModel, dict[str, str]] = WeakKeyDictionary()
"""By tensor: where the chain of clamps ends that alone reads it. Walked once, however long."""


def clamped_output(model: FloatModel, node: onnx.NodeProto) -> str:
    """The first output of `node`, or of the chain of Relu and Clip nodes that alone reads it."""
    tensor, ends = first_made(node), _ends.setdefault(model, {})
    if kind_of(node) is Kind.CELL:
        return tensor
    passed = []
    while tensor not in ends:
        passed.append(tensor)
        readers = model.consumers.get(tensor, ())
        alone = len(readers) == 1 and tensor not in model.outputs and tensor not in model.captured
        if not alone or not is_clamp(model, readers[0]):
            ends[tensor] = tensor
            break
        tensor = str(readers[0].output[0])
    ends.update(dict.fromkeys(passed, ends[tensor]))
    return ends[tensor]


def is_clamp(model: FloatModel, node: onnx.NodeProto) -> bool:
    """A Relu, or a Clip with constant bounds that contain zero."""
    operator = operator_of(node)
    return operator.kind is Kind.CLAMP and operator.scales_through(model, node)


def clamp_bounds(model: FloatModel, node: onnx.NodeProto) -> tuple[float, float] | None:
    """The bounds of a Relu or of a Clip with constant bounds; None of one with others."""
    return operator_of(node).bounds(node, model.constant)


def reachable_range(model: FloatModel, tensor: str) -> tuple[float, float]:
    """The bounds that the Relu and Clip nodes right before `tensor` put on it."""
    low, high = -np.inf, np.inf
    node = model.producers.get(tensor)
    while node is not None and is_clamp(model, node):
        below, above = clamp_bounds(model, node) or (low, high)
        low, high = max(low, below), min(high, above)
        node = model.producers.get(node.input[0])
    return float(low), float(high)
