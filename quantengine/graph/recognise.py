"""Activations that exporters write in small steps, put together again."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantengine.graph.attributes import attribute
from quantengine.graph.constants import replace_nodes
from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.names import unique_name
from quantengine.graph.operators.operator import DOMAINS, Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.origin import Rewrite, rewritten
from quantengine.graph.walk import names_in, reads, uses

_SWISH_SINCE = 14
_NEAR = 1e-4


@dataclass(frozen=True)
class _Bounded:
    """What a tensor is: `source` held between two numbers."""

    source: str
    low: float
    high: float


def recognise(proto: onnx.ModelProto, opset: int) -> list[Rewrite]:
    """In place: Max and Min with a number become Relu or Clip; x relu6(x + 3) / 6 a HardSwish."""
    search, before = _Search(proto.graph, opset), uses(proto.graph)
    rewrites = [rewrite for node in proto.graph.node for rewrite in search.rewritten(node)]
    if rewrites:
        _drop_dead(proto.graph, before)
    return rewrites


class _Search:
    """Nodes in the order they run, each seen with all that was recognised before it."""

    def __init__(self, graph: onnx.GraphProto, opset: int) -> None:
        self.graph, self.opset = graph, opset
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        self.makers = {name: node for node in graph.node for name in node.output if name}
        self.uses = uses(graph)
        self.taken = names_in(graph)
        self.bounded: dict[str, _Bounded] = {}

    def rewritten(self, node: onnx.NodeProto) -> list[Rewrite]:
        """Changes the node itself where it ends a form that is known."""
        if node.domain not in DOMAINS or len(node.output) != 1:
            return []
        before = node.op_type
        known: tuple[Callable[[onnx.NodeProto], bool], ...] = (
            self._bounds,
            self._hard_sigmoid,
            self._hard_swish,
        )
        if not any(form(node) for form in known):
            return []
        return [rewritten(f"{before} made a {node.op_type}", node)]

    def _bounds(self, node: onnx.NodeProto) -> bool:
        if node.op_type not in ("Max", "Min") or len(node.input) != 2:
            return False
        found = self._with_number(node)
        if found is None:
            return False
        source, number = found
        low, high = (number, math.inf) if node.op_type == "Max" else (-math.inf, number)
        if not low <= 0 <= high:
            return False
        inner = self.bounded.get(source)
        if inner is not None and self.uses[source] == 1:
            source, low, high = inner.source, max(low, inner.low), min(high, inner.high)
        self.bounded[node.output[0]] = _Bounded(source, low, high)
        if (low, high) == (0, math.inf):
            self._become(node, "Relu", [source])
        else:
            self._become(node, "Clip", [source, self._number(low), self._number(high)])
        return True

    def _hard_sigmoid(self, node: onnx.NodeProto) -> bool:
        """relu6(x + 3) / 6."""
        source = self._sixth(node)
        source = None if source is None else self._shifted(source)
        if source is None:
            return False
        self._become(node, "HardSigmoid", [source], alpha=1 / 6, beta=0.5)
        return True

    def _hard_swish(self, node: onnx.NodeProto) -> bool:
        """x times its hard sigmoid, or (x relu6(x + 3)) / 6."""
        if self.opset < _SWISH_SINCE:
            return False
        product = self._sixth(node)
        maker = self._alone(product) if product is not None else node
        if maker is None or maker.op_type != "Mul" or len(maker.input) != 2:
            return False
        for x, gate in (tuple(maker.input), tuple(maker.input)[::-1]):
            found = self._gated(gate) if product is None else self._shifted(gate)
            if found == x:
                self._become(node, "HardSwish", [x])
                return True
        return False

    def _gated(self, tensor: str) -> str | None:
        """The x of a hard sigmoid that serves one reader."""
        maker = self._alone(tensor)
        if maker is None or maker.op_type != "HardSigmoid":
            return None
        alpha, beta = attribute(maker, "alpha", 0.2), attribute(maker, "beta", 0.5)
        return str(maker.input[0]) if _is(alpha, 1 / 6) and _is(beta, 0.5) else None

    def _shifted(self, tensor: str) -> str | None:
        """The x of relu6(x + 3), each step of which serves one reader."""
        clip = self._alone(tensor)
        if clip is None or clip.op_type != "Clip" or len(clip.input) != 3:
            return None
        bounds = [self._value(name) for name in clip.input[1:]]
        if None in bounds or bounds[0] != 0 or not _is(bounds[1] or 0, 6):
            return None
        added = self._alone(clip.input[0])
        found = None if added is None or added.op_type != "Add" else self._with_number(added)
        return found[0] if found is not None and _is(found[1], 3) else None

    def _sixth(self, node: onnx.NodeProto) -> str | None:
        """What a node divides by 6."""
        found = self._with_number(node) if node.op_type in ("Mul", "Div") else None
        if found is None or (node.op_type == "Div" and found[0] != node.input[0]):
            return None
        return found[0] if _is(found[1], 6 if node.op_type == "Div" else 1 / 6) else None

    def _with_number(self, node: onnx.NodeProto) -> tuple[str, float] | None:
        """Of a node with two inputs, one of them a number: the other, and the number."""
        for source, other in (tuple(node.input), tuple(node.input)[::-1]):
            value = self._value(other)
            if value is not None and source not in self.constants:
                alike = not self.constants[other].dims or self._has_axes(source)
                return (str(source), value) if alike else None
        return None

    def _has_axes(self, tensor: str) -> bool:
        """Whether a number with an axis of its own gives a tensor no further one."""
        maker = self.makers.get(tensor)
        while maker is not None and kind_of(maker) is Kind.CLAMP:
            maker = self.makers.get(maker.input[0])
        return maker is not None and kind_of(maker) is Kind.CORE

    def _value(self, name: str) -> float | None:
        tensor = self.constants.get(name)
        if tensor is None or tensor.data_type != TensorProto.FLOAT:
            return None
        if list(tensor.dims) not in ([], [1]):
            return None
        return float(numpy_helper.to_array(tensor).reshape(()))

    def _alone(self, tensor: str) -> onnx.NodeProto | None:
        """What makes a tensor that one node reads."""
        return self.makers.get(tensor) if self.uses[tensor] == 1 else None

    def _number(self, value: float) -> str:
        if math.isinf(value):
            return ""
        name = unique_name("bound", self.taken)
        tensor = numpy_helper.from_array(np.array(value, np.float32), name)
        self.graph.initializer.append(tensor)
        self.constants[name] = tensor
        return name

    def _become(
        self, node: onnx.NodeProto, op_type: str, inputs: list[str], **attributes: Any
    ) -> None:
        while not inputs[-1]:
            inputs.pop()
        branch = branch_of(node)
        node.CopyFrom(helper.make_node(op_type, inputs, list(node.output), node.name, **attributes))
        put_in_branch(node, branch)


def _is(value: float, wanted: float) -> bool:
    return abs(value - wanted) <= _NEAR * wanted


def _drop_dead(graph: onnx.GraphProto, before: Counter[str]) -> None:
    """Leaves out nodes that somebody read `before` and nobody does now."""
    needed = {value.name for value in graph.output}
    kept = []
    for node in reversed(graph.node):
        dead = not needed.intersection(node.output)
        if dead and any(before[name] for name in node.output):
            continue
        kept.append(node)
        needed |= reads(node)
    replace_nodes(graph, kept[::-1])
