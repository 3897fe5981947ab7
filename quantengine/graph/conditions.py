"""What conditions of an If are, as far as constants and fixed shapes tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import onnx
from onnx import numpy_helper

from quantengine.graph.attributes import attribute
from quantengine.graph.model import TensorType

Values = list[int | None]
"""Integers or truths of a small tensor, flat; None where the data decides."""

_COMPARING: Mapping[str, Callable[[int, int], bool]] = {
    "Equal": lambda a, b: a == b,
    "Greater": lambda a, b: a > b,
    "GreaterOrEqual": lambda a, b: a >= b,
    "Less": lambda a, b: a < b,
    "LessOrEqual": lambda a, b: a <= b,
    "And": lambda a, b: bool(a and b),
    "Or": lambda a, b: bool(a or b),
}
_PASSING = ("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze")
_DEEPEST, _MOST_VALUES = 16, 64


class Conditions:
    """Truths of a graph: exporters ask for the length of an axis before they squeeze it."""

    def __init__(self, graph: onnx.GraphProto, types: Mapping[str, TensorType]) -> None:
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._makers = {name: node for node in graph.node for name in node.output}
        self._types = types

    def of(self, name: str) -> bool | None:
        """Whether a condition holds for all data; None where data decides."""
        found = self._values(name, _DEEPEST)
        return bool(found[0]) if found is not None and found[:1] not in ([], [None]) else None

    def _values(self, name: str, depth: int) -> Values | None:
        if name in self._constants:
            return _small(self._constants[name])
        node = self._makers.get(name)
        if node is None or depth == 0 or node.domain not in ("", "ai.onnx"):
            return None
        if node.op_type == "Constant":
            stored = attribute(node, "value", None)
            return _small(stored) if isinstance(stored, onnx.TensorProto) else None
        if node.op_type == "Shape":
            return self._shape(node)
        inputs = [self._values(each, depth - 1) for each in node.input]
        if not inputs or inputs[0] is None:
            return None
        return _computed(node, inputs[0], inputs[1] if len(inputs) > 1 else None)

    def _shape(self, node: onnx.NodeProto) -> Values | None:
        kind = self._types.get(node.input[0])
        if kind is None or kind.shape is None:
            return None
        sides: Values = [side if isinstance(side, int) else None for side in kind.shape]
        return sides[attribute(node, "start", 0) : attribute(node, "end", len(sides))]


def _computed(node: onnx.NodeProto, first: Values, second: Values | None) -> Values | None:
    if node.op_type in _PASSING:
        return first
    if node.op_type == "Not":
        return [None if value is None else int(not value) for value in first]
    if second is None:
        return None
    if node.op_type == "Gather":
        inside = [i for i in second if i is not None and -len(first) <= i < len(first)]
        return [first[i] for i in inside] if len(inside) == len(second) else None
    compare = _COMPARING.get(node.op_type)
    if compare is None or len(first) != 1 or len(second) != 1:
        return None
    a, b = first[0], second[0]
    return [None if a is None or b is None else int(compare(a, b))]


def _small(tensor: onnx.TensorProto) -> Values | None:
    if np.prod(tensor.dims) > _MOST_VALUES:
        return None
    values = numpy_helper.to_array(tensor)
    return [int(value) for value in values.ravel()] if values.dtype.kind in "biu" else None
