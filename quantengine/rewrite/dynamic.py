"""Operators whose inputs are quantized while running."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.formats.encoding import Codes, Encoding
from quantengine.graph.operators import attribute
from quantengine.rewrite.graph_writer import GraphWriter


def write_dynamic(
    writer: GraphWriter,
    node: onnx.NodeProto,
    weight: Encoding | None,
    codes: Codes | None,
    bias: NDArray[Any] | None,
) -> None:
    """Writes a Conv, Gemm or MatMul as ConvInteger or MatMulInteger, scaled back to float.

    `weight` and `codes` belong to input 1; both None: input 1 is quantized while running too.
    """
    x, x_scale, x_zero = _quantize(writer, node.input[0])
    if weight is None or codes is None:
        w, w_scale, w_zero = _quantize(writer, node.input[1])
    else:
        w, w_scale, w_zero = _constant(writer, node, weight, codes)
    output = node.output[0]
    product = writer.free_name(f"{output}_accumulator")
    integer = onnx.NodeProto()
    integer.CopyFrom(node)
    integer.op_type = "ConvInteger" if node.op_type == "Conv" else "MatMulInteger"
    integer.name = node.name
    if node.op_type == "Gemm":
        del integer.attribute[:]
    del integer.input[:], integer.output[:]
    integer.input.extend([x, w, x_zero, w_zero])
    integer.output.append(product)
    writer.nodes.append(integer)
    as_float = writer.node("Cast", [product], writer.free_name(f"{output}_sum"), {"to": 1})
    scale = writer.node("Mul", [x_scale, w_scale], writer.free_name(f"{output}_scale"))
    if bias is None:
        writer.node("Mul", [as_float, scale], output)
        return
    scaled = writer.node("Mul", [as_float, scale], writer.free_name(f"{output}_unbiased"))
    shape = (-1, *[1] * _spatial(node, codes)) if node.op_type == "Conv" else (-1,)
    added = writer.constant(f"{node.name}_bias", np.asarray(bias, np.float32).reshape(shape))
    writer.node("Add", [scaled, added], output)


def _quantize(writer: GraphWriter, tensor: str) -> tuple[str, str, str]:
    names = [writer.free_name(f"{tensor}_{part}") for part in ("dynamic", "scale", "zero_point")]
    writer.nodes.append(
        onnx.helper.make_node(
            "DynamicQuantizeLinear", [tensor], names, name=writer.free_name(f"{tensor}_Quantize")
        )
    )
    return names[0], names[1], names[2]


def _constant(
    writer: GraphWriter, node: onnx.NodeProto, weight: Encoding, codes: Codes
) -> tuple[str, str, str]:
    name, scale = node.input[1], weight.scale
    if node.op_type == "Gemm" and attribute(node, "transB", 0):
        codes = codes.T
    if node.op_type == "Conv" and scale.ndim:
        scale = scale.reshape(-1, *[1] * _spatial(node, codes))
    dtype = weight.dtype.stored
    zero = weight.zero_point if not weight.symmetric else np.zeros((), np.int32)
    return (
        writer.codes(f"{name}_quantized", codes, dtype),
        writer.constant(f"{name}_scale", np.asarray(scale, np.float32)),
        writer.codes(f"{name}_zero_point", zero, dtype),
    )


def _spatial(node: onnx.NodeProto, codes: Codes | None) -> int:
    return 0 if codes is None or node.op_type != "Conv" else codes.ndim - 2
