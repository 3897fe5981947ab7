"""Operators whose inputs are quantized while running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Codes, Encoding
from quantengine.formats.granularity import PerBlock
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of, weight_inputs
from quantengine.graph.weighted import weight_axes
from quantengine.rewrite.dynamic_cell import CELL_FORM, cell_obstacle
from quantengine.rewrite.graph_writer import GraphWriter

_CONV = "ConvInteger"
_PRODUCT = "MatMulInteger"
FORMS = {"Conv": _CONV, "MatMul": _PRODUCT, "Gemm": _PRODUCT, "LSTM": CELL_FORM}
"""By operator: the one that multiplies codes with a range found while running."""
DYNAMIC_BITS = 8
"""Of codes whose range is found while running, and of the weights beside them at most."""


@dataclass(frozen=True)
class DynamicCodes:
    """Names of the codes (uint8), the scale and the zero point of a tensor, found while running."""

    codes: str
    scale: str
    zero_point: str


def dynamic_obstacle(node: onnx.NodeProto, weights: Mapping[str, Encoding]) -> str | None:
    """Why a node whose weights are so encoded cannot quantize its input while running.

    None where nothing hinders (measured on onnxruntime).
    """
    if node.op_type not in FORMS:
        return f"{node.op_type} has no dynamic form"
    if node.input[0] in weights:
        return "its constant is the left factor, which onnxruntime multiplies per tensor only"
    for weight in (weights[name] for name in weight_inputs(node) if name in weights):
        if weight.dtype.bits > DYNAMIC_BITS:
            return f"weights of {weight.dtype.bits} bits have no dynamic form"
        if isinstance(weight.granularity, PerBlock):
            return "weights in blocks have no dynamic form"
        if FORMS[node.op_type] == _CONV and np.unique(weight.zero_point).size > 1:
            return "ConvInteger takes one zero point for all channels of the weight"
    return cell_obstacle(node, weights) if kind_of(node) is Kind.CELL else None


class DynamicWriter:
    """Writes ConvInteger and MatMulInteger; each tensor and each weight is quantized once."""

    def __init__(self, writer: GraphWriter) -> None:
        self.writer = writer
        self.found: dict[str, DynamicCodes] = {}
        """By tensor, as the graph being written calls it."""
        self._weights: dict[tuple[str, bool], DynamicCodes] = {}

    def write(
        self,
        node: onnx.NodeProto,
        weight: Encoding | None,
        codes: Codes | None,
        bias: NDArray[Any] | None,
    ) -> None:
        """A Conv, Gemm or MatMul as an integer operator, scaled back to float.

        `weight` and `codes` belong to input 1; both None: input 1 is quantized while running too.
        """
        x = self._quantized(node.input[0])
        if weight is None or codes is None:
            w, w_scale = self._quantized(node.input[1]), None
        else:
            w = self._constant(node, weight, codes)
            w_scale = self._factor(node, weight, codes, w.scale)
        product = self._product(node, x, w)
        self._scaled(node, product, x.scale, w_scale or w.scale, bias)

    def _quantized(self, tensor: str) -> DynamicCodes:
        if tensor not in self.found:
            names = [self.writer.free_name(f"{tensor}_{p}") for p in ("dynamic", "scale", "zero")]
            name = self.writer.free_name(f"{tensor}_Quantize")
            self.writer.nodes.append(
                onnx.helper.make_node("DynamicQuantizeLinear", [tensor], names, name=name)
            )
            self.found[tensor] = DynamicCodes(*names)
        return self.found[tensor]

    def _constant(self, node: onnx.NodeProto, weight: Encoding, codes: Codes) -> DynamicCodes:
        name, turned = node.input[1], weight_axes(node, codes.ndim).output == 0
        turned = turned and operator_of(node).is_product
        if (name, turned) not in self._weights:
            dtype = IntegerType(DYNAMIC_BITS, weight.dtype.signed)
            zero = weight.zero_point
            if np.unique(zero).size == 1:
                zero = zero.reshape(-1)[0]
            self._weights[name, turned] = DynamicCodes(
                self.writer.codes(f"{name}_quantized", codes.T if turned else codes, dtype),
                self.writer.constant(f"{name}_scale", np.asarray(weight.scale, np.float32)),
                self.writer.codes(f"{name}_zero_point", zero, dtype),
            )
        return self._weights[name, turned]

    def _factor(self, node: onnx.NodeProto, weight: Encoding, codes: Codes, scale: str) -> str:
        """The scale of a weight in the shape that multiplies the products."""
        if FORMS[node.op_type] != _CONV or not weight.scale.ndim:
            return scale
        shape = (-1, *[1] * (codes.ndim - 2))
        return self.writer.constant(f"{scale}_by_channel", weight.scale.reshape(shape))

    def _product(self, node: onnx.NodeProto, x: DynamicCodes, w: DynamicCodes) -> str:
        integer = onnx.NodeProto()
        integer.CopyFrom(node)
        integer.op_type = FORMS[node.op_type]
        if operator_of(node).is_product:
            del integer.attribute[:]
        product = self.writer.free_name(f"{node.output[0]}_accumulator")
        del integer.input[:], integer.output[:]
        integer.input.extend([x.codes, w.codes, x.zero_point, w.zero_point])
        integer.output.append(product)
        self.writer.nodes.append(integer)
        return product

    def _scaled(
        self,
        node: onnx.NodeProto,
        product: str,
        x_scale: str,
        w_scale: str,
        bias: NDArray[Any] | None,
    ) -> None:
        writer, output = self.writer, str(node.output[0])
        as_float = writer.node("Cast", [product], writer.free_name(f"{output}_sum"), {"to": 1})
        scale = writer.node("Mul", [x_scale, w_scale], writer.free_name(f"{output}_scale"))
        if bias is None:
            writer.node("Mul", [as_float, scale], output)
            return
        scaled = writer.node("Mul", [as_float, scale], writer.free_name(f"{output}_unbiased"))
        values = np.asarray(bias, np.float32)
        if operator_of(node).slides:
            # `[C]` stands along axis 1 of `[N, C, *spatial]`; the rank is that of the weight
            values = values.reshape(-1, *[1] * self._spatial(node))
        added = writer.constant(f"{node.name}_bias", values)
        writer.node("Add", [scaled, added], output)

    def _spatial(self, node: onnx.NodeProto) -> int:
        weight = self._weights[node.input[1], False]
        return len(self.writer.initializers[weight.codes].dims) - 2
