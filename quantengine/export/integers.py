"""What of a written file is integers, and why the rest is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import onnx
from onnx import TensorProto

from quantengine.errors import NothingToWrite
from quantengine.graph.flow import Flow
from quantengine.graph.model import FloatModel
from quantengine.graph.reason import Reason, Why

_CODES = frozenset(
    (
        TensorProto.INT8,
        TensorProto.UINT8,
        TensorProto.INT16,
        TensorProto.UINT16,
        TensorProto.INT4,
        TensorProto.UINT4,
        *(getattr(TensorProto, name) for name in ("INT2", "UINT2") if hasattr(TensorProto, name)),
    )
)
_PAIR = ("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear")
_INTEGER_OPERATOR = re.compile(r"QLinear.*|QGemm|.*Integer(ToFloat)?|DynamicQuantizeLSTM")
_WEIGHT_PLACES = {"DynamicQuantizeLSTM": (1, 2), "MatMulNBits": (1,)}
_MOST_REASONS = 4


@dataclass(frozen=True)
class Integers:
    """How many nodes of a file compute on codes, and how many constants are stored as codes."""

    nodes: int
    weights: int

    @property
    def none(self) -> bool:
        return not self.nodes and not self.weights


def integers_in(proto: onnx.ModelProto) -> Integers:
    """Counts in the main graph, whatever the form: pairs, integer operators, ranges at run time."""
    stored = {t.name for t in proto.graph.initializer if t.data_type in _CODES}
    made = {name: node for node in proto.graph.node for name in node.output}
    nodes = sum(_on_codes(node, made, stored) for node in proto.graph.node)
    weights = {name for node in proto.graph.node for name in _weights(node, made, stored)}
    return Integers(nodes, len(weights))


def refuse_nothing(model: FloatModel, flow: Flow, found: Integers) -> None:
    """Raises NothingToWrite, with the reasons, where nothing of the file is an integer."""
    if found.none:
        raise NothingToWrite(
            "{0} was not written: nothing in it became integer ({1}).",
            model.path.name,
            _reasons(model, flow),
        )


def refuse_without_flow(model: FloatModel, flow: Flow) -> None:
    """Raises NothingToWrite where a plan lets nothing be an integer: before anything is run."""
    if model.quantized is None:
        refuse_nothing(model, flow, Integers(len(flow.nodes), len(flow.owners)))


def _on_codes(node: onnx.NodeProto, made: Mapping[str, onnx.NodeProto], stored: set[str]) -> bool:
    if node.op_type in _PAIR:
        return False
    if _INTEGER_OPERATOR.fullmatch(node.op_type):
        return True
    sources = [made[name] for name in node.input if name in made]
    return any(
        source.op_type == "QuantizeLinear"
        or (source.op_type == "DequantizeLinear" and source.input[0] not in stored)
        for source in sources
    )


def _weights(
    node: onnx.NodeProto, made: Mapping[str, onnx.NodeProto], stored: set[str]
) -> list[str]:
    """Constants of codes that a node reads as values: not the zero points beside them."""
    if node.op_type == "DequantizeLinear":
        return [name for name in (_gathered_from(node.input[0], made),) if name in stored]
    if not _INTEGER_OPERATOR.fullmatch(node.op_type) and node.op_type not in _WEIGHT_PLACES:
        return []
    if "Integer" in node.op_type:
        return [name for name in node.input[:2] if name in stored]
    places = _WEIGHT_PLACES.get(node.op_type, (0, 3))
    return [node.input[p] for p in places if p < len(node.input) and node.input[p] in stored]


def _gathered_from(name: str, made: Mapping[str, onnx.NodeProto]) -> str:
    """The table whose rows a Gather takes; another name as it is."""
    node = made.get(name)
    return str(node.input[0]) if node is not None and node.op_type == "Gather" else name


def _reasons(model: FloatModel, flow: Flow) -> str:
    """Operators by why they stay float, the most frequent reasons first."""
    if flow.nodes:
        return f"the plan leaves all {len(flow.nodes)} layers float that could"
    groups: dict[str, Counter[str]] = {}
    for node in model.graph.node:
        reason = flow.reasons.get(node.name)
        if reason is not None and reason.kind is not Why.OF_SHAPES:
            groups.setdefault(_general(node, reason), Counter())[node.op_type] += 1
    ranked = sorted(groups.items(), key=lambda group: -group[1].total())
    texts = [f"{_tally(operators)}: {reason}" for reason, operators in ranked[:_MOST_REASONS]]
    return "; ".join(texts) or "every node works on shapes or indices"


def _general(node: onnx.NodeProto, reason: Reason) -> str:
    """A reason as it holds for other nodes of the operator too."""
    known = dict.fromkeys((*node.input, *node.output), "..") | {node.op_type: "it"}
    return str(reason.named(lambda name: known.get(name, name)))


def _tally(operators: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in operators.most_common())
