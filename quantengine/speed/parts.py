"""Nodes as they are run: what each is, which layer it belongs to, and what keeps conversions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import onnx

from quantengine.diff.wiring import Wiring
from quantengine.graph.clamps import clamped_output, is_clamp
from quantengine.graph.model import FloatModel
from quantengine.graph.walk import first_made, reads
from quantengine.speed.numbered import Numbered, place_in
from quantengine.speed.times import NodeTime, Times

CONVERSIONS = ("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear")
_ADDED = ("Transpose", "ReorderInput", "ReorderOutput", "Cast", "MemcpyToHost", "MemcpyFromHost")
_ON_CODES = re.compile(
    r"QLinear.*|QGemm|QAttention|.*Integer(ToFloat)?|DynamicQuantize(LSTM|.*MatMul)"
)
_CODES = ("uint8", "int8", "uint4", "int4")
_MADE_CODES = re.compile(r"(.*)_quantized")
"""How onnxruntime's quantizer calls what a node gives in codes."""


class Kind(Enum):
    """What a node that is run does."""

    INTEGER = "integer"
    FLOAT = "float"
    CONVERSION = "conversion"
    LAYOUT = "layout"
    """Added by onnxruntime: other orders of axes for its kernels."""


@dataclass(frozen=True, eq=False)
class Part:
    """A node with its time, as it stands in the network that is run; `layer`: "" of none."""

    time: NodeTime
    kind: Kind
    layer: str
    node: onnx.NodeProto | None = None
    """None of one in a body."""


class Owners:
    """Which layer of the float network makes each of its tensors; clamps belong to theirs."""

    def __init__(self, model: FloatModel) -> None:
        self.operators = {node.name: node.op_type for node in model.graph.node}
        self._made: dict[str, str] = {}
        for node in model.graph.node:
            end, tensor = clamped_output(model, node), first_made(node)
            if tensor in self._made and is_clamp(model, node):
                continue
            for name in filter(None, node.output):
                self._made[name] = node.name
            while tensor != end:
                tensor = first_made(model.consumers[tensor][0])
                self._made[tensor] = node.name

    def of(self, tensor: str) -> str | None:
        """Also of a tensor that holds its codes."""
        coded = _MADE_CODES.fullmatch(tensor)
        return self._made.get(tensor) or (coded and self._made.get(coded[1])) or None


class Placed:
    """The layer of the float network that each node of a file belongs to, by its number."""

    def __init__(self, file: Numbered, owners: Owners) -> None:
        self._file, self._owners = file, owners
        self._wiring = Wiring(file.proto, {})
        self._known: dict[int, str] = {}

    def layer(self, place: int) -> str:
        """By what it makes, else by what is first made of that; else the node's own name."""
        if place not in self._known:
            self._known[place] = self._found(place)
        return self._known[place]

    def _found(self, place: int) -> str:
        if place >= self._file.in_main:
            return self._file.labels[place].name
        seen, waiting = {place}, [place]
        for each in waiting:
            layer = self._made_by(each)
            if layer is not None:
                return layer
            further = {place_in(node.name) for node in self._readers(each)} - seen
            waiting += sorted(known for known in further if known is not None)
            seen.update(waiting)
        label = self._file.labels[place]
        return label.name or next((name for name in label.outputs if name), label.operator)

    def _made_by(self, place: int) -> str | None:
        """Of what rounds a tensor: the layer that makes that."""
        names = list(self._file.labels[place].outputs)
        node = self._file.proto.graph.node[place]
        for output in node.output:
            maker = place_in(self._wiring.value(output))
            if maker not in (None, place) and maker is not None:
                names += self._file.labels[maker].outputs
        return next(filter(None, map(self._owners.of, names)), None)

    def _readers(self, place: int) -> Iterator[onnx.NodeProto]:
        for output in self._file.proto.graph.node[place].output:
            yield from self._wiring.readers.get(self._wiring.value(output), ())


class Network:
    """What is run: its nodes as parts, and how they hang together."""

    def __init__(self, times: Times, owners: Owners) -> None:
        self.times = times
        graph = times.network.graph
        self.makers = {name: node for node in graph.node for name in node.output if name}
        self.readers: dict[str, list[onnx.NodeProto]] = {}
        for node in graph.node:
            for name in reads(node):
                self.readers.setdefault(name, []).append(node)
        self.constants = {tensor.name for tensor in graph.initializer}
        self.outputs = {value.name for value in graph.output}
        self._nodes = {node.name: node for node in graph.node}
        self._placed = Placed(times.file, owners)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return tuple(map(self._part, self.times.nodes))

    @cached_property
    def by_name(self) -> Mapping[str, Part]:
        return {part.time.name: part for part in self.parts}

    def data(self, node: onnx.NodeProto) -> list[str]:
        """What it reads that is no constant."""
        return [name for name in node.input if name and name not in self.constants]

    def before(self, node: onnx.NodeProto) -> list[onnx.NodeProto]:
        return [self.makers[name] for name in self.data(node) if name in self.makers]

    def after(self, node: onnx.NodeProto) -> list[onnx.NodeProto]:
        return [reader for name in node.output for reader in self.readers.get(name, ())]

    def _part(self, time: NodeTime) -> Part:
        node = self._nodes.get(time.name)
        return Part(time, _kind(time), self._layer(time, node), node)

    def _layer(self, time: NodeTime, node: onnx.NodeProto | None) -> str:
        if time.place is not None:
            return self._placed.layer(time.place)
        if node is None:
            return ""
        near = (place_in(each.name) for each in (*self.before(node), *self.after(node)))
        return next((self._placed.layer(place) for place in near if place is not None), "")


def _kind(time: NodeTime) -> Kind:
    if time.operator in CONVERSIONS:
        return Kind.CONVERSION
    if time.operator in _ADDED and time.place is None:
        return Kind.LAYOUT
    on_codes = _ON_CODES.fullmatch(time.operator) or time.element in _CODES
    return Kind.INTEGER if on_codes else Kind.FLOAT


def total(parts: Sequence[Part]) -> float:
    """ms of some."""
    return sum(part.time.ms for part in parts)
