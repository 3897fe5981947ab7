"""QDQ form to QOperator form: integer operators instead of pairs around float ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantengine.graph.operators import Kind, kind_of

MICROSOFT = "com.microsoft"
_BYTES = (TensorProto.INT8, TensorProto.UINT8)


@dataclass(frozen=True)
class Quantized:
    """A tensor of codes with the names of its scale and zero point."""

    codes: str
    scale: str
    zero_point: str

    @property
    def triple(self) -> list[str]:
        return [self.codes, self.scale, self.zero_point]

    @property
    def parameters(self) -> list[str]:
        return [self.scale, self.zero_point]


def qoperator_model(qdq: onnx.ModelProto) -> onnx.ModelProto:
    """A copy in which every group with an integer operator of its own has become that operator.

    Groups without one (odd types, operators onnxruntime has no integer kernel for) keep their
    pairs.
    """
    model = onnx.ModelProto()
    model.CopyFrom(qdq)
    _Fuser(model).run()
    return model


class _Fuser:
    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
        self.graph = model.graph
        self.initializers = {t.name: t for t in self.graph.initializer}
        self.outputs = {value.name for value in self.graph.output}
        self.dequantized: dict[str, Quantized] = {}
        self.consumers: dict[str, list[onnx.NodeProto]] = {}
        for node in self.graph.node:
            if node.op_type == "DequantizeLinear":
                self.dequantized[node.output[0]] = Quantized(*node.input[:3])
            for name in node.input:
                self.consumers.setdefault(name, []).append(node)
        self.dropped: set[str] = set()
        """Names of nodes that became part of an integer operator."""

    def run(self) -> None:
        written = []
        for node in self.graph.node:
            if node.name not in self.dropped:
                written.append(self._fused(node) or node)
        kept = [node for node in written if node.name not in self.dropped]
        kept = _without_dead(kept, self.outputs)
        domains = {node.domain for node in kept}
        used = {name for node in kept for name in node.input} | self.outputs
        initializers = [t for t in self.graph.initializer if t.name in used]
        del self.graph.node[:], self.graph.initializer[:]
        self.graph.node.extend(kept)
        self.graph.initializer.extend(initializers)
        if MICROSOFT in domains and not any(o.domain == MICROSOFT for o in self.model.opset_import):
            self.model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))

    def _fused(self, node: onnx.NodeProto) -> onnx.NodeProto | None:
        write = _WRITERS.get(node.op_type)
        moves = kind_of(node) is Kind.MOVE
        if write is None and not moves:
            return None
        target = self._quantizer(node)
        output = None if target is None else self._target(target)
        inputs = [self.dequantized.get(name) for name in node.input]
        if moves:
            fused = self._moved(node, inputs, output)
        else:
            assert write is not None
            fused = write(self, node, inputs, output)
        if fused is not None:
            self._drop_between(node, target)
        return fused

    def _quantizer(self, node: onnx.NodeProto) -> onnx.NodeProto | None:
        """The only QuantizeLinear behind a node, past clamps that its range makes redundant."""
        reader = self._only_reader(node.output[0]) if len(node.output) == 1 else None
        while reader is not None and reader.op_type in ("Relu", "Clip"):
            reader = self._only_reader(reader.output[0])
        if reader is None or reader.op_type != "QuantizeLinear":
            return None
        clamp = self._only_reader(node.output[0])
        while clamp is not None and clamp is not reader:
            if not self._redundant(clamp, reader):
                return None
            clamp = self._only_reader(clamp.output[0])
        return reader

    def _only_reader(self, tensor: str) -> onnx.NodeProto | None:
        readers = self.consumers.get(tensor, [])
        return readers[0] if len(readers) == 1 and tensor not in self.outputs else None

    def _redundant(self, clamp: onnx.NodeProto, quantize: onnx.NodeProto) -> bool:
        """Whether the bounds of a clamp already quantize to the outermost codes."""
        scale = numpy_helper.to_array(self.initializers[quantize.input[1]])
        zero_tensor = self.initializers[quantize.input[2]]
        if scale.ndim or zero_tensor.data_type not in _BYTES:
            return False
        zero = int(numpy_helper.to_array(zero_tensor))
        limits = np.iinfo(np.int8 if zero_tensor.data_type == TensorProto.INT8 else np.uint8)
        low, high = 0.0, np.inf
        if clamp.op_type == "Clip":
            bounds = [self.initializers.get(name) for name in (*clamp.input[1:], "", "")[:2]]
            low, high = (
                default if tensor is None else float(numpy_helper.to_array(tensor))
                for tensor, default in zip(bounds, (-np.inf, np.inf), strict=True)
            )
        step = float(scale)
        reaches_low = bool(np.rint(low / step) + zero <= limits.min)
        return reaches_low and bool(np.rint(high / step) + zero >= limits.max)

    def _target(self, quantize: onnx.NodeProto) -> Quantized | None:
        zero = self.initializers[quantize.input[2]]
        if zero.data_type not in _BYTES or len(zero.dims):
            return None
        return Quantized(quantize.output[0], quantize.input[1], quantize.input[2])

    def _drop_between(self, node: onnx.NodeProto, quantize: onnx.NodeProto | None) -> None:
        if quantize is None:
            return
        reader = self._only_reader(node.output[0])
        while reader is not None:
            self.dropped.add(reader.name)
            if reader is quantize:
                return
            reader = self._only_reader(reader.output[0])

    def _moved(
        self, node: onnx.NodeProto, inputs: list[Quantized | None], y: Quantized | None
    ) -> onnx.NodeProto | None:
        x = inputs[0] if inputs else None
        if x is None or y is None or x.parameters != y.parameters or not self.is_byte(x):
            return None
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        copy.input[0], copy.output[0] = x.codes, y.codes
        if node.op_type == "Pad":
            while len(copy.input) < 3:
                copy.input.append("")
            copy.input[2] = x.zero_point
        return copy

    def is_byte(self, tensor: Quantized | None) -> bool:
        """Whether codes are 8-bit with one zero point, or the same one for every channel."""
        if tensor is None:
            return False
        zero = self.initializers[tensor.zero_point]
        return zero.data_type in _BYTES

    def per_tensor(self, tensor: Quantized | None) -> bool:
        return (
            tensor is not None
            and self.is_byte(tensor)
            and not len(self.initializers[tensor.scale].dims)
        )


def _integer(
    node: onnx.NodeProto,
    op_type: str,
    inputs: list[str],
    output: str,
    *,
    domain: str = MICROSOFT,
    keep: Iterable[str] = (),
) -> onnx.NodeProto:
    """The integer operator for `node`, with the attributes named in `keep`."""
    fused = helper.make_node(op_type, inputs, [output], name=node.name, domain=domain)
    fused.attribute.extend(a for a in node.attribute if a.name in keep)
    return fused


Inputs = list[Quantized | None]
_Writer = Callable[[_Fuser, onnx.NodeProto, Inputs, Quantized | None], onnx.NodeProto | None]

_CONV = ("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides")
_POOL = ("auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides")


def _conv(
    fuser: _Fuser, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    x, w, bias = (*inputs, None)[:3]
    if x is None or w is None or y is None or not (fuser.per_tensor(x) and fuser.is_byte(w)):
        return None
    if len(node.input) > 2 and bias is None:
        return None
    operands = [*x.triple, *w.triple, *y.parameters, *([bias.codes] if bias else [])]
    return _integer(node, "QLinearConv", operands, y.codes, domain="", keep=_CONV)


def _matmul(
    fuser: _Fuser, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    a, b = inputs
    if a is None or b is None or not (fuser.per_tensor(a) and fuser.is_byte(b)):
        return None
    if y is None:
        operands = [a.codes, b.codes, a.scale, b.scale, a.zero_point, b.zero_point]
        return _integer(node, "MatMulIntegerToFloat", operands, node.output[0])
    return _integer(
        node, "QLinearMatMul", [*a.triple, *b.triple, *y.parameters], y.codes, domain=""
    )


def _gemm(
    fuser: _Fuser, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    a, b, c = (*inputs, None)[:3]
    if a is None or b is None or not (fuser.per_tensor(a) and fuser.is_byte(b)):
        return None
    if len(node.input) > 2 and c is None:
        return None
    operands = [*a.triple, *b.triple, c.codes if c else ""]
    operands += y.parameters if y else []
    return _integer(
        node, "QGemm", operands, y.codes if y else node.output[0], keep=("transA", "transB")
    )


def _binary(
    fuser: _Fuser, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    a, b = inputs
    if a is None or b is None or y is None or not (fuser.per_tensor(a) and fuser.per_tensor(b)):
        return None
    return _integer(node, f"QLinear{node.op_type}", [*a.triple, *b.triple, *y.parameters], y.codes)


def _concat(
    fuser: _Fuser, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    found = [x for x in inputs if x is not None and fuser.per_tensor(x)]
    if y is None or len(found) != len(inputs):
        return None
    operands = [*y.parameters, *(name for x in found for name in x.triple)]
    return _integer(node, "QLinearConcat", operands, y.codes, keep=("axis",))


def _unary(
    fuser: _Fuser, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    (x,) = inputs
    if x is None or y is None or not fuser.per_tensor(x):
        return None
    keep = _POOL if node.op_type == "AveragePool" else ("alpha",)
    return _integer(node, f"QLinear{node.op_type}", [*x.triple, *y.parameters], y.codes, keep=keep)


_WRITERS: dict[str, _Writer] = {
    "Conv": _conv,
    "MatMul": _matmul,
    "Gemm": _gemm,
    "Add": _binary,
    "Mul": _binary,
    "Concat": _concat,
    "AveragePool": _unary,
    "GlobalAveragePool": _unary,
    "LeakyRelu": _unary,
    "Sigmoid": _unary,
}


def _without_dead(nodes: list[onnx.NodeProto], outputs: set[str]) -> list[onnx.NodeProto]:
    """The nodes whose results are used, in the same order."""
    needed = set(outputs)
    kept = []
    for node in reversed(nodes):
        if any(name in needed for name in node.output):
            kept.append(node)
            needed.update(node.input)
            for attribute in node.attribute:
                for graph in (attribute.g, *attribute.graphs):
                    needed.update(name for inner in graph.node for name in inner.input)
    return kept[::-1]
