"""Along which axis the channels of a tensor lie, and which parts were joined along it."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.graph.attributes import attribute
from quantengine.graph.channel_moves import MOVES, Channels, rank_of, shape_of, size_of
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import operator_of

_DEPTH = 64
"""Operators followed back at most."""
_NEARLY = 4.0
"""A channel outweighs by so much what is mixed into it (root of the sum of squares)."""
_RECURRENT = ("LSTM", "GRU", "RNN")
_NORMALISES = ("Softmax", "LogSoftmax", "LayerNormalization")
_POOLS = ("AveragePool", "MaxPool", "LpPool", "GlobalAveragePool", "GlobalMaxPool")
_KEEPS_RANK = (*_POOLS, "Resize", "Upsample", "Pad")


def channels_of(model: FloatModel, tensor: str) -> Channels | None:
    """Where the graph tells it: of what makes the tensor, followed back through what moves it.

    Parts are those that a Concat joins, followed through operators that keep channels apart or
    hardly mix them.
    """
    return _Trace(model).of(tensor, _DEPTH)


class _Trace:
    """Follows tensors back, each once."""

    def __init__(self, model: FloatModel) -> None:
        self.model = model
        self.known: dict[str, Channels | None] = {}

    def of(self, tensor: str, depth: int) -> Channels | None:
        if tensor not in self.known:
            node = self.model.producers.get(tensor)
            found = None
            if node is not None and shape_of(self.model, tensor) is not None and depth:
                found = self._made(node, tensor, depth - 1)
            lies_in = found is not None and found.axis < rank_of(self.model, tensor)
            self.known[tensor] = found if lies_in else None
        return self.known[tensor]

    def _made(self, node: onnx.NodeProto, tensor: str, depth: int) -> Channels | None:
        if node.op_type in MOVES:
            before = self.of(node.input[0], depth)
            return None if before is None else MOVES[node.op_type](before, self.model, node, tensor)
        if node.op_type == "Concat":
            return self._joined(node, tensor, depth)
        if node.op_type in _RECURRENT:
            return Channels(rank_of(self.model, tensor) - 1)
        if operator_of(node).channels is not None:
            return self._multiplied(node, tensor, depth)
        found = self._kept(node, tensor, depth)
        if found is None and node.op_type in _NORMALISES:
            return Channels(attribute(node, "axis", -1) % rank_of(self.model, tensor))
        return found

    def _multiplied(self, node: onnx.NodeProto, tensor: str, depth: int) -> Channels | None:
        """The operator's own axis; with the parts of its input where it hardly mixes them."""
        rank, axis = rank_of(self.model, tensor), operator_of(node).channels
        assert axis is not None
        if not rank:
            return None
        if node.op_type == "MatMul" and node.input[0] in self.model.initializers:
            return Channels(max(rank - 2, 0))
        axis %= rank
        before = self.of(node.input[0], depth) if _keeps_apart(self.model, node) else None
        return Channels(axis) if before is None or before.axis != axis else before

    def _kept(self, node: onnx.NodeProto, tensor: str, depth: int) -> Channels | None:
        """Of an operator that works value by value: that of the input of the same shape."""
        wanted = shape_of(self.model, tensor)
        assert wanted is not None
        for name in node.input:
            shape = shape_of(self.model, name) if name else None
            if shape is None or name in self.model.initializers or len(shape) != len(wanted):
                continue
            if node.op_type in _KEEPS_RANK or shape == wanted:
                found = self.of(name, depth)
                if found is not None:
                    return found
        return None

    def _joined(self, node: onnx.NodeProto, tensor: str, depth: int) -> Channels | None:
        """The axis of a Concat, unless it joins places whose channels lie along another."""
        axis = attribute(node, "axis", 0) % rank_of(self.model, tensor)
        before = [self.of(name, depth) for name in node.input]
        known = [found for found in before if found is not None]
        if known and len({found.axis for found in known}) == 1 and known[0].axis != axis:
            return known[0]
        parts: list[int] = []
        for name, found in zip(node.input, before, strict=True):
            size = size_of(self.model, name, axis)
            if size is None:
                return Channels(axis)
            inner = found.parts if found is not None and found.axis == axis else ()
            parts += inner if sum(inner) == size else (size,)
        return Channels(axis, tuple(parts) if len(parts) > 1 else ())


def _keeps_apart(model: FloatModel, node: onnx.NodeProto) -> bool:
    """Whether each channel of the result is made of its own alone, or nearly."""
    weight = model.constant(node.input[1]) if len(node.input) > 1 else None
    if weight is None or weight.ndim < 2 or not weight.size:
        return False
    if node.op_type.endswith("Conv") and attribute(node, "group", 1) == weight.shape[0]:
        return bool(weight.shape[1] == 1)
    matrix = weight.reshape(*weight.shape[:2], -1)
    return bool(matrix.shape[2] == 1) and _nearly_identity(matrix[:, :, 0])


def _nearly_identity(matrix: NDArray[Any]) -> bool:
    if matrix.shape[0] != matrix.shape[1]:
        return False
    own = np.abs(np.diag(matrix)).astype(np.float64)
    squares = np.square(matrix, dtype=np.float64)
    mixed = np.sqrt(np.maximum(np.maximum(squares.sum(0), squares.sum(1)) - own**2, 0))
    return bool(np.all(own > 0) and np.all(own >= _NEARLY * mixed))
