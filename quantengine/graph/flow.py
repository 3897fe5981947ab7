"""Where integers flow: which nodes compute on codes and which tensors carry them.

Demand starts at the operators that multiply by weights and travels up through those that only
move values or can compute on codes, so that no float operator is paid for with an extra rounding
and no integer operator with a conversion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import onnx

from quantengine.graph.clamps import clamped_output, is_clamp
from quantengine.graph.cut import behind
from quantengine.graph.model import FloatModel
from quantengine.graph.obstacles import is_float, type_obstacle
from quantengine.graph.operators.operator import Axes, Kind
from quantengine.graph.operators.registry import (
    activation_inputs,
    bias_input,
    is_table,
    kind_of,
    operator_of,
    weight_inputs,
)
from quantengine.graph.reason import Reason, Why
from quantengine.graph.standing import Standing


@dataclass(frozen=True)
class Weight:
    """A constant that gets codes of its own; `axis` runs over output channels, None has none."""

    tensor: str
    axis: int | None
    block_axis: int | None


@dataclass(frozen=True)
class IntegerNode:
    """A node that computes on codes (or only stores its weight as codes)."""

    node: onnx.NodeProto
    weights: tuple[Weight, ...]
    bias: str | None
    output: str
    """The tensor that owns the output range: after the Relu or Clip that follows, if any."""


@dataclass(frozen=True)
class Flow:
    """The integer part of a model under a set of decisions."""

    nodes: Mapping[str, IntegerNode]
    """By node name."""
    owners: Mapping[str, str]
    """Every tensor that carries codes -> the tensor whose encoding it shares (often itself)."""
    reasons: Mapping[str, Reason]
    """By node name: why a node stays float."""

    def points(self) -> tuple[str, ...]:
        """The tensors that own an encoding, in a stable order."""
        return tuple(dict.fromkeys(self.owners.values()))

    def readers(self) -> dict[str, list[tuple[IntegerNode, Weight]]]:
        """By constant that may have codes of its own: who reads it, and along which axes."""
        found: dict[str, list[tuple[IntegerNode, Weight]]] = {}
        for node in self.nodes.values():
            for weight in node.weights:
                found.setdefault(weight.tensor, []).append((node, weight))
        return found


def integer_flow(
    model: FloatModel,
    kept_float: Set[str] = frozenset(),
    *,
    quantize_outputs: bool = False,
    untaken: Set[str] = frozenset(),
    cut: Sequence[str] = (),
    whole: bool = False,
) -> Flow:
    """Decides which nodes and tensors are quantized.

    `kept_float` holds node names, `untaken` those of branches that no sample took. `cut` are the
    tensors that the file gives in the place of the outputs; what lies behind them stays float.
    `whole`: every float tensor carries codes, also those that no operator on codes gives.
    """
    search = _Search(model, kept_float, quantize_outputs, untaken, cut)
    if whole:
        search.want_all()
    return search.run()


class _Search:
    def __init__(
        self,
        model: FloatModel,
        kept_float: Set[str],
        quantize_outputs: bool,
        untaken: Set[str],
        cut: Sequence[str],
    ) -> None:
        self.model = model
        self.outputs = list(cut or model.outputs)
        self.behind = behind(model.graph, cut) if cut else frozenset[str]()
        self.kept_float, self.standing = kept_float, Standing(model, untaken)
        self.quantize_outputs = quantize_outputs
        self.reasons: dict[str, Reason] = {}
        self.able = {node.name for node in model.graph.node if self._is_able(node)}
        self.owners: dict[str, str] = {}
        self.wanted: dict[str, None] = {}
        """Tensors that carry codes, in the order they were asked for."""

    def run(self) -> Flow:
        for node in self.model.graph.node:
            asks = kind_of(node) is Kind.CORE and not self.standing.is_deep(node)
            if asks and node.name in self.able:
                self._want_core(node)
        if self.quantize_outputs:
            for name in self.outputs:
                if self.model.types[name].is_float and name not in self.model.initializers:
                    self._want(name)
        self._spread()
        nodes = self._integer_nodes()
        owners = {tensor: self._owner(tensor) for tensor in self.wanted}
        for node in self.model.graph.node:
            if node.name not in nodes and node.name not in self.reasons:
                self.reasons[node.name] = self._why_float(node, nodes)
        return Flow(nodes, owners, self.reasons)

    def want_all(self) -> None:
        """Asks for codes of all that is not kept float, within no body."""
        for name in self.model.inputs:
            self._want_float(name)
        for node in self.model.graph.node:
            reason = self.reasons.get(node.name)
            kept = reason is not None and reason.kind in (Why.PLAN, Why.STATE, Why.TYPE)
            if kept or self.standing.is_deep(node) or self._ends_inside(node):
                continue
            self._want_float(clamped_output(self.model, node))
            for name in node.output[1:]:
                self._want_float(name)

    def _want_float(self, name: str) -> None:
        if name and is_float(self.model, name) and name not in self.model.initializers:
            self._want(name)

    def _ends_inside(self, node: onnx.NodeProto) -> bool:
        """Whether it is a clamp that became part of what stands before it."""
        source = self._source(node.output[0]) if is_clamp(self.model, node) else None
        return source is not None and source.name != node.name

    def _is_able(self, node: onnx.NodeProto) -> bool:
        reason = self._obstacle(node)
        if reason is not None:
            self.reasons[node.name] = reason
        return reason is None

    def _obstacle(self, node: onnx.NodeProto) -> Reason | None:
        kind = kind_of(node)
        inputs = (*node.input[:1], *weight_inputs(node))
        if kind is not Kind.CELL:
            inputs = activation_inputs(node)
        if node.name in self.behind:
            return Reason(Why.PLAN, "lies behind what the file gives")
        if node.name in self.kept_float:
            return Reason(Why.PLAN, "kept float by the plan")
        stands = self.standing.obstacle(node)
        if stands is not None:
            return stands
        if kind is Kind.FLOAT:
            if any(is_float(self.model, name) for name in node.output):
                return Reason(Why.OPERATOR, "{0} has no integer form", (node.op_type,))
            return type_obstacle(self.model, node.output)
        if not inputs or not all(is_float(self.model, name) for name in inputs):
            return type_obstacle(self.model, inputs)
        if any(self._is_empty(name) for name in weight_inputs(node)):
            return Reason(Why.OPERATOR, "its weight holds no numbers")
        return operator_of(node).obstacle(self.model, node)

    def _is_empty(self, name: str) -> bool:
        tensor = self.model.initializers.get(name)
        return tensor is not None and 0 in tensor.dims

    def _want(self, tensor: str) -> None:
        self.wanted.setdefault(tensor)

    def _want_core(self, node: onnx.NodeProto) -> None:
        for name in activation_inputs(node):
            if name not in self.model.initializers:
                self._want(name)
        if operator_of(node).gives_codes:
            self._want(clamped_output(self.model, node))

    def _spread(self) -> None:
        """Lets demand travel upwards until nothing changes."""
        seen, waiting = 0, list[str]()
        while seen < len(self.wanted):
            waiting += list(self.wanted)[seen:]
            seen = len(self.wanted)
            waiting = [tensor for tensor in waiting if self._may_ask_again(tensor)]

    def _may_ask_again(self, tensor: str) -> bool:
        """Asks for what the maker of a tensor needs; whether it may need more when codes spread."""
        producer = self._source(tensor)
        if producer is None or producer.name not in self.able:
            return False
        if kind_of(producer) is Kind.FLOW:
            self._want_computed(producer)
            return not all(self._has_codes(name) for name in activation_inputs(producer))
        if kind_of(producer) is Kind.MOVE and tensor in producer.output:
            self._want_moved(producer)
        return False

    def _want_moved(self, node: onnx.NodeProto) -> None:
        source = str(node.input[0])
        if source not in self.model.initializers and self._keeps_zero(node):
            self._want(source)

    def _want_computed(self, node: onnx.NodeProto) -> None:
        """Asks for those inputs of a flow node that an operator on codes can give."""
        for name in activation_inputs(node):
            if not self._has_codes(name) and self._can_carry(name):
                self._want(name)

    def _can_carry(self, tensor: str) -> bool:
        """Whether integer operators alone can compute a tensor from codes that are there."""
        waiting, seen = [tensor], set()
        while waiting:
            name = waiting.pop()
            source = self._source(name)
            if name in seen or self._has_codes(name):
                continue
            seen.add(name)
            if source is None or source.name not in self.able:
                return False
            if kind_of(source) not in (Kind.FLOW, Kind.MOVE) or not self._keeps_zero(source):
                return False
            waiting.extend(activation_inputs(source))
        return True

    def _keeps_zero(self, node: onnx.NodeProto) -> bool:
        """Whether what a node adds to what it moves lies within any range."""
        return operator_of(node).keeps_zero(self.model, node)

    def _has_codes(self, name: str) -> bool:
        return name in self.wanted or name in self.model.initializers

    def _source(self, tensor: str) -> onnx.NodeProto | None:
        """The node whose clamped output `tensor` is."""
        node = self.model.producers.get(tensor)
        while node is not None and is_clamp(self.model, node):
            above = self.model.producers.get(node.input[0])
            if above is None or clamped_output(self.model, above) != tensor:
                return node
            node = above
        return node

    def _integer_nodes(self) -> dict[str, IntegerNode]:
        found: dict[str, IntegerNode] = {}
        for node in self.model.graph.node:
            if node.name in self.able and self._computes_on_codes(node):
                found[node.name] = IntegerNode(
                    node, self._weights(node), bias_input(node), clamped_output(self.model, node)
                )
        return found

    def _computes_on_codes(self, node: onnx.NodeProto) -> bool:
        kind = kind_of(node)
        if kind in (Kind.CORE, Kind.CELL) or is_table(self.model, node):
            return True
        if not all(self._has_codes(name) for name in activation_inputs(node)):
            return False
        if kind is Kind.MOVE:
            return any(self._owner(o) != o for o in node.output if o in self.wanted)
        return kind is Kind.FLOW and clamped_output(self.model, node) in self.wanted

    def _weights(self, node: onnx.NodeProto) -> tuple[Weight, ...]:
        found = []
        operator = operator_of(node)
        for name in weight_inputs(node):
            if name in self.model.initializers:
                shape = tuple(self.model.initializers[name].dims)
                axes, own = operator.axes(node, len(shape)), operator.depthwise(node, shape)
                if operator.kind is Kind.CORE and name == node.input[0]:
                    axes = Axes()  # onnxruntime multiplies a left factor per tensor only
                found.append(Weight(name, axes.output if own is None else own, axes.reduction))
        return tuple(found)

    def _owner(self, tensor: str) -> str:
        """The tensor whose encoding `tensor` shares: the source of a chain of moves."""
        passed = []
        while tensor not in self.owners:
            passed.append(tensor)
            source = self._moved_from(tensor)
            if source is None:
                self.owners[tensor] = tensor
                break
            tensor = source
        self.owners.update(dict.fromkeys(passed, self.owners[tensor]))
        return self.owners[tensor]

    def _moved_from(self, tensor: str) -> str | None:
        """The tensor with codes that a node moved to make `tensor`."""
        node = self.model.producers.get(tensor)
        if node is None or node.name not in self.able or kind_of(node) is not Kind.MOVE:
            return None
        source = str(node.input[0])
        return source if source in self.wanted and self._keeps_zero(node) else None

    def _why_float(self, node: onnx.NodeProto, nodes: Mapping[str, IntegerNode]) -> Reason:
        kind = kind_of(node)
        if kind is Kind.CLAMP:
            source = self._source(node.output[0])
            if source is not None and source.name in nodes:
                return Reason(Why.PART, "part of {0}", (source.name,))
            return Reason(Why.UNASKED, "follows a float operator")
        if kind is Kind.MOVE:
            return Reason(Why.UNASKED, "moves float values: nothing after it asks for codes")
        if clamped_output(self.model, node) not in self.wanted:
            return Reason(Why.UNASKED, "nothing after it asks for codes")
        missing = next(n for n in activation_inputs(node) if not self._has_codes(n))
        return Reason(
            Why.UNASKED,
            "its input '{0}' is float: codes would add an error and save nothing",
            (missing,),
        )
