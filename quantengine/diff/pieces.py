"""The file cut at values that are matched: each piece runs on what the float network has there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import onnx
from onnx import helper

from quantengine.diff.places import Place
from quantengine.diff.reading import Other
from quantengine.graph import bodies
from quantengine.graph.model import TensorType
from quantengine.graph.walk import reads, renamed


@dataclass(frozen=True, eq=False)
class Pieces:
    """One network of all pieces: `inputs` by value of the float network, `outputs` by place."""

    proto: onnx.ModelProto
    inputs: Mapping[str, str]
    outputs: Mapping[Place, str]
    nodes: Mapping[Place, tuple[onnx.NodeProto, ...]]
    """What each piece is made of, as the file has it."""
    reads: Mapping[Place, tuple[str, ...]]
    """The values of the float network that each piece reads."""
    inner: Mapping[tuple[Place, str], str]
    """By place and tensor of the file: what its piece calls it."""


@dataclass
class _Piece:
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    fed: set[str] = field(default_factory=set)


def pieces(
    other: Other,
    places: Sequence[Place],
    ends: Mapping[str, str],
    types: Mapping[str, TensorType],
) -> Pieces:
    """`ends` pairs values of the file with those of the float network that may feed them."""
    return _Cutter(other, ends, types).run(places)


class _Cutter:
    def __init__(
        self, other: Other, ends: Mapping[str, str], types: Mapping[str, TensorType]
    ) -> None:
        self.other, self.ends, self.types = other, ends, types
        self.makers = {n: node for node in other.proto.graph.node for n in node.output if n}
        self.order = {id(node): place for place, node in enumerate(other.proto.graph.node)}
        self.readers: dict[str, list[onnx.NodeProto]] = {}
        for node in other.proto.graph.node:
            for name in node.input:
                self.readers.setdefault(name, []).append(node)
        self.constants: dict[str, onnx.TensorProto] = {}
        self.inputs: dict[str, str] = {}

    def run(self, places: Sequence[Place]) -> Pieces:
        graph = onnx.GraphProto(name="pieces")
        outputs: dict[Place, str] = {}
        nodes: dict[Place, tuple[onnx.NodeProto, ...]] = {}
        read: dict[Place, tuple[str, ...]] = {}
        inner: dict[tuple[Place, str], str] = {}
        for number, place in enumerate(places):
            end = self._end(place.other)
            piece = self._piece(end, place.other)
            if piece is not None and (piece.nodes or end != place.other):
                prefix = f"piece{number}/"
                outputs[place] = self._write(graph, piece, prefix, end)
                nodes[place] = tuple(piece.nodes)
                read[place] = tuple(self.ends[name] for name in piece.fed)
                made = [name for node in piece.nodes for name in node.output if name]
                inner |= {(place, name): prefix + name for name in made}
        for tensor, name in self.inputs.items():
            kind = self.types[tensor]
            graph.input.append(helper.make_tensor_value_info(name, kind.element, None))
        graph.output.extend(onnx.ValueInfoProto(name=name) for name in outputs.values())
        graph.initializer.extend(self.constants.values())
        proto = onnx.ModelProto(ir_version=self.other.proto.ir_version, graph=graph)
        proto.opset_import.extend(self.other.proto.opset_import)
        proto.functions.extend(self.other.proto.functions)
        return Pieces(proto, self.inputs, outputs, nodes, read, inner)

    def _end(self, value: str) -> str:
        """Where a value is rounded, if it is: the result of the first pair on it."""
        for quantizer in self.readers.get(value, ()):
            if quantizer.op_type != "QuantizeLinear" or quantizer.input[0] != value:
                continue
            for node in self.readers.get(quantizer.output[0], ()):
                if node.op_type == "DequantizeLinear":
                    return str(node.output[0])
        return value

    def _piece(self, end: str, target: str) -> _Piece | None:
        """What makes `end` of values that may be fed; None where it reaches another one."""
        piece, waiting, seen = _Piece(), [end], set[str]()
        known = self.other.constants
        while waiting:
            name = waiting.pop()
            if name in seen or name in known:
                continue
            seen.add(name)
            is_input = name == target and name not in self.makers
            if name in self.ends and (name != target or is_input):
                piece.fed.add(name)
            elif name in self.makers:
                node = self.makers[name]
                if node.domain == bodies.DOMAIN:  # stands for what a loop gives its body
                    return None
                if not any(node is each for each in piece.nodes):
                    piece.nodes.append(node)
                    waiting.extend(reads(node))
            else:
                return None
        piece.nodes.sort(key=lambda node: self.order[id(node)])
        return piece

    def _write(self, graph: onnx.GraphProto, piece: _Piece, prefix: str, end: str) -> str:
        names = {}
        for name in piece.fed:
            tensor = self.ends[name]
            names[name] = self.inputs.setdefault(tensor, f"float{len(self.inputs)}")
        for node in piece.nodes:
            names |= {name: prefix + name for name in node.output if name}
            for name in reads(node):
                if name in self.other.constants:
                    self.constants[name] = self.other.constants[name]
        for node in piece.nodes:
            copy = renamed(node, names)
            copy.name = prefix + node.name
            graph.node.append(copy)
        return names[end]
