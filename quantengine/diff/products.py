"""Products of codes in int32, and those of contributed operators, as products of floats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from quantengine.diff.coded import coded
from quantengine.diff.packed import unpacked
from quantengine.diff.plain_writer import PlainWriter
from quantengine.formats.granularity import PER_TENSOR, PerAxis


@dataclass(frozen=True)
class _Sum:
    """Products of codes in int32 that wait for their scale: names of codes and zero points."""

    op_type: str
    node: onnx.NodeProto
    x: str
    zero: str
    weight: str
    weight_zero: str


@dataclass(frozen=True, eq=False)
class _Scale:
    """A scale that is found while running, times numbers."""

    tensor: str
    factor: NDArray[Any]


class Products:
    """Writes what it knows through `writer`: `writes` by operator, False where a node stays."""

    def __init__(self, writer: PlainWriter) -> None:
        self.writer = writer
        self.sums: dict[str, _Sum] = {}
        self.scales: dict[str, _Scale] = {}
        self.writes: Mapping[str, Callable[[onnx.NodeProto], bool]] = {
            "DynamicQuantizeLinear": self._dynamic,
            "MatMulInteger": self._sum,
            "ConvInteger": self._sum,
            "Cast": self._cast,
            "Mul": self._scaled,
            "DynamicQuantizeMatMul": self._dynamic_product,
            "MatMulIntegerToFloat": self._product,
            "MatMulNBits": self._packed,
        }

    def _dynamic(self, node: onnx.NodeProto) -> bool:
        self.scales[node.output[1]] = _Scale(node.output[1], np.ones((), np.float32))
        return False

    def _sum(self, node: onnx.NodeProto) -> bool:
        names = [*node.input, "", ""]
        op_type = node.op_type.removesuffix("Integer")
        if names[1] in self.writer.constants and names[0] not in self.writer.constants:
            self.sums[node.output[0]] = _Sum(op_type, node, names[0], names[2], names[1], names[3])
        return False

    def _cast(self, node: onnx.NodeProto) -> bool:
        if node.input[0] in self.sums:
            self.sums[node.output[0]] = self.sums[node.input[0]]
        return False

    def _scaled(self, node: onnx.NodeProto) -> bool:
        for one, other in (tuple(node.input), tuple(node.input)[::-1]):
            if one in self.scales and other in self.writer.constants:
                known = self.scales[one]
                factor = np.asarray(known.factor * self.writer.array(other), np.float32)
                self.scales[node.output[0]] = _Scale(known.tensor, factor)
                return False
            if one in self.sums and other in self.scales:
                return self._write_sum(self.sums[one], self.scales[other], node.output[0])
        return False

    def _write_sum(self, found: _Sum, scale: _Scale, output: str) -> bool:
        weight, zero = self.writer.constants[found.weight], self.writer.array(found.weight_zero)
        axis = 0 if found.op_type == "Conv" else len(weight.dims) - 1
        factor = scale.factor if scale.factor.size == 1 else scale.factor.ravel()
        made = coded(weight, factor, zero, PerAxis(axis))
        if made is None:
            return False
        x = self.writer.real(found.x, scale.tensor, found.zero, PER_TENSOR)
        node = helper.make_node(
            found.op_type, [x, self.writer.constant(made)], [output], found.node.name
        )
        node.attribute.extend(found.node.attribute)
        self.writer.nodes.append(node)
        return True

    def _dynamic_product(self, node: onnx.NodeProto) -> bool:
        """x W + b on codes of x that are found while running."""
        x, weight, scale, zero, bias = [*node.input, *[""] * 5][:5]
        known = self.writer.codes(weight, scale, zero, PerAxis(1))
        if known is None:
            return False
        names = [self.writer.name(f"{x}_{word}") for word in ("codes", "scale", "zero")]
        label = self.writer.name(f"{node.name}_codes")
        self.writer.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], names, label))
        return self._write_product(
            node, self.writer.real(names[0], names[1], names[2], PER_TENSOR), known, bias
        )

    def _product(self, node: onnx.NodeProto) -> bool:
        x, weight, x_scale, scale, x_zero, zero, bias = [*node.input, *[""] * 7][:7]
        known = self.writer.codes(weight, scale, zero, PerAxis(1))
        if known is None:
            return False
        return self._write_product(
            node, self.writer.real(x, x_scale, x_zero, PER_TENSOR), known, bias
        )

    def _packed(self, node: onnx.NodeProto) -> bool:
        """Codes of a few bits in blocks along what is summed up."""
        x, _, _, _, order, bias = [*node.input, *[""] * 6][:6]
        found = None if order else unpacked(node, self.writer.array)
        if found is None:
            return False
        return self._write_product(node, x, self.writer.constant(found), bias)

    def _write_product(self, node: onnx.NodeProto, x: str, weight: str, bias: str) -> bool:
        output = node.output[0]
        product = self.writer.name(f"{output}_product") if bias else output
        self.writer.nodes.append(helper.make_node("MatMul", [x, weight], [product], node.name))
        if bias:
            self.writer.add("Add", [product, bias], output)
        return True
