"""Which tensors may hold mask constants: large negative values that a Softmax turns into zeros."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import DOMAINS
from quantengine.graph.operators.registry import operator_of

LEAST = 1e4
"""A mask constant is this far below zero at least: float16 has no room for much more."""

_HALF = 0.5
"""Scores that were added to a constant leave it nearer to itself than to zero."""

_SOFTMAX = ("Softmax", "LogSoftmax")
_JOINS = ("Add", "Sub", "Sum", "Where")
_COMPUTES: Mapping[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("Neg", "Div"), (0,)),
    **dict.fromkeys(("Add", "Sum", "Max", "Min", "Mul", "Sub"), None),
}
"""Arithmetic a mask passes through, with the inputs whose values reach the output; None: all."""


def mask_limits(model: FloatModel) -> Mapping[str, float]:
    """By tensor that may hold mask constants: from which value down they are some.

    A mask constant is -1e4 or below, stands in the graph or is fed, and its only way leads through
    Where, Mul, Add and moves into an Add (or Where) before a Softmax. A tensor on that way that is
    an output of the network as well is one of them.
    """
    return _Masks(model).limits()


class _Masks:
    """`ways`: tensors that lead to a Softmax and nowhere else, with whether an Add lies between."""

    def __init__(self, model: FloatModel) -> None:
        self.model = model
        self.ways: dict[str, bool] = {}
        for node in reversed(model.graph.node):
            for name in node.output:
                self._enter(name)
        for name in model.inputs:
            self._enter(name)

    def _enter(self, tensor: str) -> None:
        if tensor in self.model.captured:
            return
        readers = self.model.consumers.get(tensor, ())
        ways = [
            self._way(node, tensor) for node in readers if node.op_type not in ("Shape", "Size")
        ]
        if ways and None not in ways:
            self.ways[tensor] = all(ways)

    def _way(self, node: onnx.NodeProto, tensor: str) -> bool | None:
        """Whether an Add lies between `tensor` and the Softmax `node` leads to; None: to none."""
        if node.domain not in DOMAINS:
            return None
        if node.op_type in _SOFTMAX:
            return False
        if tensor not in values_of(node):
            return None
        outputs = node.output if node.op_type == "Split" else node.output[:1]
        ways = [self.ways.get(name) for name in outputs]
        if None in ways:
            return None
        return node.op_type in _JOINS or all(ways)

    def limits(self) -> dict[str, float]:
        found = {
            name: frozenset({-LEAST})
            for name, kind in self.model.inputs.items()
            if kind.is_float and self.ways.get(name)
        }
        for node in self.model.graph.node:
            reached = self._reached(node, found)
            found.update((name, reached) for name in node.output if reached and name in self.ways)
        return {
            name: _HALF * max(value for value in values if value < 0)
            for name, values in found.items()
            if min(values) < 0
        }

    def _reached(
        self, node: onnx.NodeProto, found: Mapping[str, frozenset[float]]
    ) -> frozenset[float]:
        """The large constants that reach the output of a node, with their sign."""
        if node.op_type == "ConstantOfShape" and self.ways.get(node.output[0]):
            return _large(_filled(node))
        parts = [self._arriving(node, name, found) for name in values_of(node)]
        if node.op_type == "Neg":
            parts = [_times(parts[0], -1.0)]
        elif node.op_type == "Sub":
            parts[1] = _times(parts[1], -1.0)
        elif node.op_type in ("Mul", "Div"):
            parts = [_times(part, self._factor(node)) for part in parts]
        return frozenset[float]().union(*parts)

    def _arriving(
        self, node: onnx.NodeProto, name: str, found: Mapping[str, frozenset[float]]
    ) -> frozenset[float]:
        if name not in self.model.initializers:
            return found.get(name, frozenset())
        if not self._way(node, name):
            return frozenset()
        values = self.model.constant(name)
        return frozenset() if values is None else _large(values)

    def _factor(self, node: onnx.NodeProto) -> float:
        """The number a Mul or Div multiplies by; 1 where that is the mask constant itself."""
        for name in node.input:
            values = self.model.constant(name)
            if values is not None and values.size == 1 and 0 < abs(values.item()) < LEAST:
                return float(values.item() if node.op_type == "Mul" else 1 / values.item())
        return 1.0


def values_of(node: onnx.NodeProto) -> list[str]:
    """The inputs whose values reach the output, moved or computed with."""
    computes = node.op_type in _COMPUTES
    places = _COMPUTES[node.op_type] if computes else operator_of(node).carries
    if places is None:
        return [name for name in node.input if name]
    return [node.input[place] for place in places if place < len(node.input) and node.input[place]]


def _filled(node: onnx.NodeProto) -> NDArray[np.generic]:
    value = attribute(node, "value", None)
    return np.zeros(1, np.float32) if value is None else onnx.numpy_helper.to_array(value)


def _large(values: NDArray[np.generic]) -> frozenset[float]:
    """On either side the value nearest to zero among those of 1e4 and beyond."""
    return frozenset(_nearest(np.asarray(values, np.float64).reshape(-1)))


def _nearest(flat: NDArray[np.float64]) -> Iterator[float]:
    low, high = flat[flat <= -LEAST], flat[flat >= LEAST]
    if low.size:
        yield float(low.max())
    if high.size:
        yield float(high.min())


def _times(values: frozenset[float], factor: float) -> frozenset[float]:
    return frozenset(value * factor for value in values)
