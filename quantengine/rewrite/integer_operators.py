"""Integer operators of onnxruntime, each written for the types it has a kernel for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import onnx
from onnx import TensorProto, helper

from quantengine.rewrite.microsoft import MICROSOFT

BYTES = (TensorProto.INT8, TensorProto.UINT8)


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


Inputs = list[Quantized | None]


@dataclass(frozen=True, eq=False)
class Operands:
    """What is known of tensors of codes from the initializers of their model."""

    initializers: Mapping[str, TensorProto]

    def kind(self, tensor: Quantized) -> int:
        """The type of the codes, a TensorProto value."""
        return self.initializers[tensor.zero_point].data_type

    def is_byte(self, tensor: Quantized | None) -> bool:
        return tensor is not None and self.kind(tensor) in BYTES

    def per_tensor(self, tensor: Quantized | None) -> bool:
        """Whether codes are 8-bit with one scale for all."""
        return (
            tensor is not None
            and self.is_byte(tensor)
            and not len(self.initializers[tensor.scale].dims)
        )

    def alike(self, *tensors: Quantized) -> bool:
        """Whether all are 8-bit codes of one type, each with one scale."""
        kinds = {self.kind(tensor) for tensor in tensors}
        return len(kinds) == 1 and all(self.per_tensor(tensor) for tensor in tensors)

    def multiply(self, x: Quantized, w: Quantized, y: Quantized | None) -> bool:
        """Whether onnxruntime has a kernel for a product: uint8 by either type, int8 by int8.

        The result has the type of `x` (measured for QLinearConv, QLinearMatMul, QGemm and
        MatMulIntegerToFloat).
        """
        if not (self.per_tensor(x) and self.is_byte(w)):
            return False
        if y is not None and self.kind(y) != self.kind(x):
            return False
        return self.kind(x) == TensorProto.UINT8 or self.kind(w) == TensorProto.INT8

    def has_columns(self, w: Quantized) -> bool:
        """Whether scales of a factor, where it has several, belong to columns of a matrix."""
        matrix = self.initializers.get(w.codes)
        several = bool(len(self.initializers[w.scale].dims))
        return not several or (matrix is not None and len(matrix.dims) == 2)


Writer = Callable[[Operands, onnx.NodeProto, Inputs, Quantized | None], onnx.NodeProto | None]

_CONV = ("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides")
_POOL = ("auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides")


def operator_obstacle(node: onnx.NodeProto) -> str:
    """Why a node on codes keeps its pairs."""
    if node.op_type not in WRITERS:
        return f"onnxruntime has no integer {node.op_type}"
    return f"onnxruntime has no integer {node.op_type} for these types"


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


def _conv(
    operands: Operands, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    x, w, bias = (*inputs, None)[:3]
    if x is None or w is None or y is None or not operands.multiply(x, w, y):
        return None
    if len(node.input) > 2 and bias is None:
        return None
    names = [*x.triple, *w.triple, *y.parameters, *([bias.codes] if bias else [])]
    return _integer(node, "QLinearConv", names, y.codes, domain="", keep=_CONV)


def _matmul(
    operands: Operands, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    a, b = inputs
    if a is None or b is None or not operands.multiply(a, b, y) or not operands.has_columns(b):
        return None
    if y is None:
        names = [a.codes, b.codes, a.scale, b.scale, a.zero_point, b.zero_point]
        return _integer(node, "MatMulIntegerToFloat", names, node.output[0])
    return _integer(
        node, "QLinearMatMul", [*a.triple, *b.triple, *y.parameters], y.codes, domain=""
    )


def _gemm(
    operands: Operands, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    a, b, c = (*inputs, None)[:3]
    if a is None or b is None or not operands.multiply(a, b, y):
        return None
    if len(node.input) > 2 and c is None:
        return None
    names = [*a.triple, *b.triple, c.codes if c else ""]
    names += y.parameters if y else []
    return _integer(
        node, "QGemm", names, y.codes if y else node.output[0], keep=("transA", "transB")
    )


def _binary(
    operands: Operands, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    a, b = inputs
    if a is None or b is None or y is None or not operands.alike(a, b, y):
        return None
    return _integer(node, f"QLinear{node.op_type}", [*a.triple, *b.triple, *y.parameters], y.codes)


def _concat(
    operands: Operands, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    found = [x for x in inputs if x is not None]
    if y is None or len(found) != len(inputs) or not operands.alike(*found, y):
        return None
    names = [*y.parameters, *(name for x in found for name in x.triple)]
    return _integer(node, "QLinearConcat", names, y.codes, keep=("axis",))


def _unary(
    operands: Operands, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
) -> onnx.NodeProto | None:
    (x,) = inputs
    if x is None or y is None or not operands.alike(x, y):
        return None
    keep = _POOL if node.op_type == "AveragePool" else ("alpha",)
    return _integer(node, f"QLinear{node.op_type}", [*x.triple, *y.parameters], y.codes, keep=keep)


WRITERS: Mapping[str, Writer] = {
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
