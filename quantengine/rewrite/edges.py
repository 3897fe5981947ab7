"""A written network whose inputs and outputs are codes, and which may end earlier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding
from quantengine.graph.model import FloatModel
from quantengine.graph.walk import names_in, reads, renamed, without_dead
from quantengine.rewrite.edge_port import EdgePort, WrittenEdges
from quantengine.rewrite.encodings import Encodings, carrier
from quantengine.rewrite.graph_writer import ELEMENT_TYPES, GraphWriter
from quantengine.sentence import Sentence

_BYTE, _SHIFT = 8, 128


@dataclass(frozen=True, eq=False)
class Asked:
    """What a written network shall take and give, with its encodings and `codes`, by tensor.

    `io` is an integer type of 8 bits, or float; `cut` the tensors it gives, none: its outputs.
    `grids` by input: scale and zero point of the bytes that are fed, or why they are no codes.
    """

    io: str
    cut: tuple[str, ...]
    encodings: Encodings
    codes: Mapping[str, str]
    grids: Mapping[str, tuple[float, int] | Sentence]


def with_edges(
    proto: onnx.ModelProto, model: FloatModel, asked: Asked
) -> tuple[onnx.ModelProto, WrittenEdges]:
    """A copy of a written network that takes and gives what is asked for.

    What has no codes of 8 bits stays float, which the notes say.
    """
    found = onnx.ModelProto()
    found.CopyFrom(proto)
    return found, _Edging(found, model, asked).run()


class _Edging:
    """Changes `proto` itself."""

    def __init__(
        self,
        proto: onnx.ModelProto,
        model: FloatModel,
        asked: Asked,
    ) -> None:
        self.graph, self.model, self.asked = proto.graph, model, asked
        self.cut = asked.cut
        self.dtype = None if asked.io == "float" else IntegerType.parse(asked.io)
        self.writer = GraphWriter(names_in(proto.graph))
        self.nodes = list(proto.graph.node)
        self.notes: list[Sentence] = []

    def run(self) -> WrittenEdges:
        outputs = [port for name in self._given() if (port := self._give(name)) is not None]
        self._drop_dead()
        inputs = [port for value in [*self.graph.input] if (port := self._take(value)) is not None]
        self._finish()
        return WrittenEdges(tuple(inputs), tuple(outputs), self.cut, tuple(self.notes))

    def _given(self) -> list[str]:
        return [*self.cut] or [value.name for value in self.graph.output]

    def _give(self, name: str) -> EdgePort | None:
        """Lets the graph give a tensor, as codes where they are asked for and there."""
        if self.dtype is None and not self.cut:
            return None
        codes, encoding = self._codes_of(name), self._encoding(name)
        if codes is None or encoding is None or self.dtype is None:
            self._give_float(name, None if codes is None else self._dequantized(name, codes))
            return None
        own = _moved(encoding, self.dtype)
        if own.dtype != encoding.dtype:
            codes = self._converted(self._dequantized(name, codes), own, codes)
        self._rename({name: self.writer.free_name(f"{name}_float")})
        self._rename({codes: name})
        self._state(name, ELEMENT_TYPES[own.dtype.name])
        return _port(name, own)

    def _give_float(self, name: str, rounded: str | None) -> None:
        """Behind the rounding, where the file ends at a tensor that is rounded."""
        if rounded not in (None, name):
            self._rename({name: self.writer.free_name(f"{name}_float")})
            self._rename({str(rounded): name})
        kind = self.model.types[name]
        if self.cut:
            self._state(name, kind.element)
        if self.dtype is not None and kind.is_float:
            self._say_float(name)

    def _converted(self, source: str, own: Encoding, codes: str) -> str:
        """The codes of a dequantized tensor in another type."""
        scale, zero = self.writer.parameters(source, own, own.dtype)
        output = self.writer.free_name(f"{codes}_{own.dtype.name}")
        self.writer.node("QuantizeLinear", [source, scale, zero], output)
        return output

    def _codes_of(self, name: str) -> str | None:
        """The codes of a tensor, where the file has some."""
        codes = self.asked.codes.get(name)
        made = {output for node in self._all for output in node.output}
        return codes if codes in made else None

    def _encoding(self, name: str) -> Encoding | None:
        """That of a tensor with codes of 8 bits, in the type they have in the file."""
        found = self.asked.encodings.of(name)
        dtype = None if found is None else carrier(found.dtype)
        if found is None or dtype is None or dtype.bits != _BYTE:
            return None
        return Encoding(dtype, found.scale, found.zero_point)

    def _dequantized(self, name: str, codes: str) -> str:
        """The real numbers that codes stand for."""
        for node in self._all:
            if node.op_type == "DequantizeLinear" and node.input[0] == codes:
                return str(node.output[0])
        found = self.asked.encodings.of(name)
        assert found is not None
        scale, zero = self.writer.parameters(name, found, carrier(found.dtype))
        output = self.writer.free_name(f"{name}_dequantized")
        return self.writer.node("DequantizeLinear", [codes, scale, zero], output)

    @property
    def _all(self) -> list[onnx.NodeProto]:
        return [*self.nodes, *self.writer.nodes]

    def _take(self, value: onnx.ValueInfoProto) -> EdgePort | None:
        """Lets the graph take codes in the place of a float input."""
        name = value.name
        if self.dtype is None or not self.model.types[name].is_float:
            return None
        readers = [node for node in self.nodes if name in reads(node)]
        quantizer = next((n for n in readers if n.op_type == "QuantizeLinear"), None)
        inner = None if quantizer is None else self._encoding(name)
        fed = self._fed(name)
        own = fed or (None if inner is None else _moved(inner, self.dtype))
        if own is None:
            self._say_float(name)
            return None
        value.type.tensor_type.elem_type = ELEMENT_TYPES[own.dtype.name]
        if quantizer is None or inner is None or not _same(inner, own):
            self._dequantize(name, own, readers)
        else:
            self._dequantize(name, own, [node for node in readers if node is not quantizer])
            self.nodes = [node for node in self.nodes if node is not quantizer]
            self._rename({str(quantizer.output[0]): name})
        return _port(name, own, raw=fed is not None)

    def _dequantize(self, name: str, own: Encoding, readers: list[onnx.NodeProto]) -> None:
        """Gives floats to what reads an input as floats."""
        if not readers:
            return
        real = self.writer.free_name(f"{name}_float")
        scale, zero = self.writer.parameters(f"{name}_fed", own, own.dtype)
        self.writer.node("DequantizeLinear", [name, scale, zero], real)
        self.nodes.insert(0, self.writer.nodes.pop())
        for node in readers:
            node.CopyFrom(renamed(node, {name: real}))

    def _fed(self, name: str) -> Encoding | None:
        """The bytes of an image as codes, where mean and std are one scale and a zero point."""
        grid = self.asked.grids.get(name)
        if grid is None:
            return None
        if isinstance(grid, Sentence):
            self.notes.append(
                Sentence("Bytes of an image are not the codes of '{0}': {1}.", name, grid)
            )
            return None
        assert self.dtype is not None
        scale, zero = grid
        dtype = IntegerType(_BYTE, signed=False)
        codes = Encoding(dtype, np.array(scale, np.float32), np.array(zero, np.int32))
        return _moved(codes, self.dtype)

    def _say_float(self, name: str) -> None:
        self.notes.append(
            Sentence("'{0}' stays float in the file: it has no codes of 8 bits there.", name)
        )

    def _rename(self, names: Mapping[str, str]) -> None:
        """Calls tensors otherwise wherever they are made or read."""
        for node in self._all:
            if not names.keys().isdisjoint({*node.output, *reads(node)}):
                node.CopyFrom(renamed(node, names))

    def _state(self, name: str, element: int) -> None:
        """Says what an output is."""
        shape = self.model.types[name].shape
        known = None if shape is None else list(shape)
        value = helper.make_tensor_value_info(name, element, known)
        others = [each for each in self.graph.output if each.name != name]
        if self.cut:
            others = [each for each in others if each.name in self.cut]
        places = [each.name for each in self.graph.output]
        place = places.index(name) if name in places and not self.cut else len(others)
        del self.graph.output[:]
        self.graph.output.extend([*others[:place], value, *others[place:]])

    def _drop_dead(self) -> None:
        outputs = {value.name for value in self.graph.output}
        self.nodes = without_dead(self._all, outputs)
        self.writer.nodes.clear()
        used = outputs.union(*map(reads, self.nodes)) if self.nodes else outputs
        kept = [value for value in self.graph.input if value.name in used]
        if self.cut:
            del self.graph.input[:]
            self.graph.input.extend(kept)

    def _finish(self) -> None:
        graph, nodes = self.graph, self._all
        used = {value.name for value in graph.output}.union(*map(reads, nodes))
        tensors = [t for t in _tensors(graph, self.writer) if t.name in used]
        del graph.node[:], graph.initializer[:], graph.value_info[:]
        graph.node.extend(nodes)
        graph.initializer.extend(tensors)


def _tensors(graph: onnx.GraphProto, writer: GraphWriter) -> Iterator[onnx.TensorProto]:
    for tensor in [*graph.initializer, *writer.initializers.values()]:
        copy = onnx.TensorProto()
        copy.CopyFrom(tensor)
        yield copy


def _moved(encoding: Encoding, dtype: IntegerType) -> Encoding:
    """The same values as codes of 8 bits with or without a sign."""
    if encoding.dtype == dtype:
        return encoding
    shift = -_SHIFT if dtype.signed else _SHIFT
    return Encoding(dtype, encoding.scale, np.asarray(encoding.zero_point + shift, np.int32))


def _same(a: Encoding, b: Encoding) -> bool:
    alike = a.dtype == b.dtype and int(a.zero_point) == int(b.zero_point)
    return alike and float(a.scale) == float(b.scale)


def _port(name: str, encoding: Encoding, *, raw: bool = False) -> EdgePort:
    scale, zero = float(encoding.scale), int(encoding.zero_point)
    return EdgePort(name, encoding.dtype.name, scale, zero, raw)
