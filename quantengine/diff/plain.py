"""A quantized file in one form: float operators and constants, pairs of Q and DQ for rounding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper

from quantengine.diff.coded import Coded, coded, granularity_of_node, plain_name, rounded
from quantengine.diff.plain_writer import PlainWriter
from quantengine.diff.products import Products
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PER_TENSOR, Granularity, PerAxis
from quantengine.graph.attributes import attribute
from quantengine.graph.walk import outer_reads, without_dead

Triple = tuple[int, int, int]


@dataclass(frozen=True)
class _Form:
    """An operator on codes: the float one, places of codes with their grids, of bias and result."""

    op_type: str
    inputs: tuple[Triple, ...]
    output: tuple[int, int]
    bias: int | None = None


_ONE = _Form("", ((0, 1, 2),), (3, 4))
_TWO = _Form("", ((0, 1, 2), (3, 4, 5)), (6, 7))
_FORMS: Mapping[str, _Form] = {
    "QLinearConv": _Form("Conv", _TWO.inputs, (6, 7), 8),
    "QLinearMatMul": _Form("MatMul", _TWO.inputs, (6, 7)),
    "QGemm": _Form("Gemm", _TWO.inputs, (7, 8), 6),
    **{f"QLinear{name}": _Form(name, _TWO.inputs, _TWO.output) for name in ("Add", "Mul")},
    **{
        f"QLinear{name}": _Form(name, _ONE.inputs, _ONE.output)
        for name in (
            *("Sigmoid", "LeakyRelu", "Softmax", "ReduceMean"),
            *("GlobalAveragePool", "AveragePool"),
        )
    },
}
_OWN_WORDS = ("channels_last", "opset")
"""Attributes that float operators do not have."""
_ON_CODES = ("QLinear", "QGemm", "QAttention", "DynamicQuantizeLSTM")


@dataclass(frozen=True, eq=False)
class PlainForm:
    """`coded` holds the constants that were codes, by the name of the float one.

    `left` names nodes on codes that have no plain form here: they stay as they are.
    """

    proto: onnx.ModelProto
    coded: Mapping[str, Coded]
    left: tuple[str, ...]


def plain_form(proto: onnx.ModelProto) -> PlainForm:
    """A new network that computes the same but for rounding of sums; names stay where there are."""
    return _Writer(proto).run()


class _Writer:
    def __init__(self, proto: onnx.ModelProto) -> None:
        self.proto, self.writer = proto, PlainWriter(proto)
        self.left: list[str] = []
        self.writes: Mapping[str, Callable[[onnx.NodeProto], bool]] = {
            **Products(self.writer).writes,
            "QuantizeLinear": self._quantize,
            "DequantizeLinear": self._dequantize,
            "QLinearConcat": self._concat,
            "Transpose": self._turned,
            **dict.fromkeys(_FORMS, self._form),
        }

    def run(self) -> PlainForm:
        writer = self.writer
        for node in self.proto.graph.node:
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            for place, name in enumerate(copy.input):
                copy.input[place] = writer.names.get(name, name)
            write = self.writes.get(copy.op_type)
            if write is None or not write(copy):
                writer.nodes.append(copy)
                if copy.op_type.startswith(_ON_CODES):
                    self.left.append(copy.name)
        made = onnx.ModelProto()
        made.CopyFrom(self.proto)
        outputs = writer.outputs | outer_reads(self.proto.graph)
        del made.graph.node[:], made.graph.value_info[:]
        made.graph.node.extend(without_dead(writer.nodes, outputs))
        made.graph.initializer.extend(writer.made)
        live = {node.name for node in made.graph.node}
        left = tuple(name for name in self.left if name in live)
        return PlainForm(made, writer.coded, left)

    def _quantize(self, node: onnx.NodeProto) -> bool:
        """A constant becomes codes, which what reads them takes for those of any file."""
        codes = rounded(node, self.writer.constants)
        if codes is None or codes.name in self.writer.outputs:
            return False
        self.writer.constants[codes.name] = codes
        self.writer.made.append(codes)
        return True

    def _dequantize(self, node: onnx.NodeProto) -> bool:
        zero = node.input[2] if len(node.input) > 2 else ""
        granularity = granularity_of_node(node, self.writer.rank(node.input[0]))
        found = self.writer.codes(node.input[0], node.input[1], zero, granularity)
        if found is None:
            return False
        self.writer.names[node.output[0]] = found
        return node.output[0] not in self.writer.outputs

    def _turned(self, node: onnx.NodeProto) -> bool:
        """A transposed constant that was codes stays one."""
        found = self.writer.coded.get(node.input[0])
        if found is None:
            return False
        rank = found.codes.ndim
        order = [int(a) for a in attribute(node, "perm", list(range(rank))[::-1])]
        e = found.encoding
        if sorted(order) != list(range(rank)) or not (
            e.granularity is PER_TENSOR or isinstance(e.granularity, PerAxis)
        ):
            return False
        if isinstance(e.granularity, PerAxis):
            axis = PerAxis(order.index(e.granularity.axis % rank))
            e = Encoding(e.dtype, e.scale, e.zero_point, axis)
        turned = Coded(found.tensor, e, np.transpose(found.codes, order))
        self.writer.names[node.output[0]] = self.writer.constant(turned, f"{node.input[0]}_turned")
        return True

    def _form(self, node: onnx.NodeProto) -> bool:
        form = _FORMS[node.op_type]
        if attribute(node, "channels_last", 0):
            return False
        inputs = []
        for place, triple in enumerate(form.inputs):
            source, scale, zero = (node.input[p] for p in triple)
            inputs.append(
                self.writer.real(source, scale, zero, self._axis(form, place, source, node))
            )
        if form.bias is not None and form.bias < len(node.input) and node.input[form.bias]:
            bias = self._bias(node, form)
            if bias is None:
                return False
            inputs.append(bias)
        words = [a for a in node.attribute if a.name not in _OWN_WORDS]
        self._result(node, form.op_type, inputs, form.output, words)
        return True

    def _axis(self, form: _Form, place: int, source: str, node: onnx.NodeProto) -> Granularity:
        rank = self.writer.rank(source)
        if not place or rank is None:
            return PER_TENSOR
        turned = form.op_type == "Conv" or attribute(node, "transB", 0)
        return PerAxis(0 if turned else rank - 1)

    def _bias(self, node: onnx.NodeProto, form: _Form) -> str | None:
        """The float bias: its codes count in products of both scales."""
        assert form.bias is not None
        name = node.input[form.bias]
        scales = [self.writer.array(node.input[triple[1]]) for triple in form.inputs]
        if name not in self.writer.constants or any(scale is None for scale in scales):
            return None
        if self.writer.constants[name].data_type != onnx.TensorProto.INT32:
            return str(name)
        product = (scales[0] * scales[1]).astype(np.float32)  # type: ignore[operator]
        codes = self.writer.array(name)
        assert codes is not None
        granularity = PER_TENSOR if product.size == 1 else PerAxis(codes.ndim - 1)
        found = coded(self.writer.constants[name], product, None, granularity)
        return None if found is None else self.writer.constant(found)

    def _result(
        self,
        node: onnx.NodeProto,
        op_type: str,
        inputs: Sequence[str],
        places: tuple[int, int],
        words: Sequence[onnx.AttributeProto],
    ) -> None:
        """The float operator, and the pair's first half where its result is codes."""
        output = node.output[0]
        rounds = places[0] < len(node.input) and bool(node.input[places[0]])
        wanted = plain_name(output)
        value = (
            self.writer.name(wanted if wanted != output else f"{output}_value")
            if rounds
            else output
        )
        made = helper.make_node(op_type, inputs, [value], node.name)
        made.attribute.extend(words)
        self.writer.nodes.append(made)
        if rounds:
            grid = [node.input[place] for place in places if place < len(node.input)]
            self.writer.add("QuantizeLinear", [value, *grid], output)

    def _concat(self, node: onnx.NodeProto) -> bool:
        parts = [node.input[place : place + 3] for place in range(2, len(node.input), 3)]
        inputs = [self.writer.real(c, s, z, PER_TENSOR) for c, s, z in parts]
        self._result(node, "Concat", inputs, (0, 1), list(node.attribute))
        return True
