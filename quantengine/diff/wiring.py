"""A network as its values are wired: what rounds, renames or copies a value stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import onnx
from onnx import TensorProto

from quantengine.graph.attributes import attribute
from quantengine.graph.model import TensorType

_PASSING = ("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "Identity", "Dropout")
_FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE)
_COMMUTATIVE = ("Add", "Mul", "Max", "Min", "Sum")
_FAMILIES: Mapping[str, str] = {
    **dict.fromkeys(("Gemm", "MatMul"), "product"),
    **dict.fromkeys(("Flatten", "Reshape", "Squeeze", "Unsqueeze"), "shape"),
    **dict.fromkeys(("GlobalAveragePool", "ReduceMean"), "mean"),
    **dict.fromkeys(("Relu", "Clip"), "clamp"),
}


def family(node: onnx.NodeProto) -> str:
    """What operators that may stand for each other have in common."""
    return _FAMILIES.get(node.op_type, node.op_type)


class Wiring:
    """Nodes of the main graph that compute, and the values they read and make.

    A value is named by the tensor that is made; `value` gives it for any tensor that stands for it.
    """

    def __init__(self, proto: onnx.ModelProto, types: Mapping[str, TensorType]) -> None:
        graph = proto.graph
        self.types = types
        self.constants = {tensor.name for tensor in graph.initializer}
        self.inputs = tuple(v.name for v in graph.input if v.name not in self.constants)
        self.nodes: list[onnx.NodeProto] = []
        self.makers: dict[str, onnx.NodeProto] = {}
        self.quantizers: dict[str, list[onnx.NodeProto]] = {}
        """By value: each QuantizeLinear on it."""
        self._values: dict[str, str] = {}
        for node in graph.node:
            self._add(node)
        self.outputs = tuple(self.value(v.name) for v in graph.output)

    def _add(self, node: onnx.NodeProto) -> None:
        if node.op_type == "Constant":
            self.constants.update(node.output)
        elif _passes(node) and node.input and node.input[0] not in self.constants:
            self._values[node.output[0]] = self.value(node.input[0])
            if node.op_type == "QuantizeLinear":
                self.quantizers.setdefault(self.value(node.input[0]), []).append(node)
        else:
            self.nodes.append(node)
            self.makers.update((name, node) for name in node.output if name)

    def value(self, tensor: str) -> str:
        """The value that a tensor stands for: itself, or what was rounded or copied."""
        return self._values.get(tensor, tensor)

    def standing(self, value: str) -> tuple[str, ...]:
        """Tensors that stand for a value."""
        return tuple(name for name, known in self._values.items() if known == value)

    @cached_property
    def readers(self) -> Mapping[str, Sequence[onnx.NodeProto]]:
        """By value: the nodes that read it, once each."""
        found: dict[str, list[onnx.NodeProto]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(map(self.value, node.input)):
                found.setdefault(name, []).append(node)
        return found

    def data(self, node: onnx.NodeProto) -> tuple[str, ...]:
        """The values a node reads that are no constants, sorted where their order is free."""
        found = [self.value(n) for n in node.input if n and self.value(n) not in self.constants]
        if node.op_type in _COMMUTATIVE:
            return tuple(sorted(found))
        return tuple(found)

    def known(self, tensor: str) -> bool:
        """Whether there is a value of that name."""
        return tensor in self._values or tensor in self.makers or tensor in self.inputs

    def weights(self, node: onnx.NodeProto) -> tuple[str, ...]:
        """The constants a node reads, in their order."""
        return tuple(name for name in node.input if name in self.constants)


def alike(ours: TensorType | None, theirs: TensorType | None) -> bool:
    """Whether two shapes, as far as they are known, are of one tensor."""
    if ours is None or theirs is None or ours.shape is None or theirs.shape is None:
        return True
    pairs = zip(ours.shape, theirs.shape, strict=False)
    same = all(a == b for a, b in pairs if isinstance(a, int) and isinstance(b, int))
    return len(ours.shape) == len(theirs.shape) and same


def _passes(node: onnx.NodeProto) -> bool:
    return node.op_type in _PASSING or (
        node.op_type == "Cast" and attribute(node, "to", 0) in _FLOATS
    )
