"""Float layers between codes, kept from integer kernels that compute something else."""

from __future__ import annotations

import numpy as np
import onnx

from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerBlock
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.graph_writer import GraphWriter

_TELLS_TYPE = 21
"""QuantizeLinear has an attribute for the type of its codes from here on."""


def hold_float(
    model: FloatModel,
    encodings: Encodings,
    node: onnx.NodeProto,
    written: onnx.NodeProto,
    writer: GraphWriter,
    opset: int,
) -> None:
    """Keeps `written` apart from the codes that it reads where a runtime would take it for more.

    `node` is the layer of the model; `written` already reads dequantized codes.
    """
    given = _is_given_8_bits(model, encodings, node, written)
    if given or _computes_otherwise(model, node) or _moves_signed(encodings, node, opset):
        written.input[0] = apart(written.input[0], writer)


def _is_given_8_bits(
    model: FloatModel, encodings: Encodings, node: onnx.NodeProto, written: onnx.NodeProto
) -> bool:
    """From 1.21 on onnxruntime gives the float weights of a layer right between codes 8 bits.

    They get one scale of its own choice. Measured: so it does with those that may have a bias.
    """
    stays_float = len(written.input) > 1 and written.input[1] in model.initializers
    if operator_of(node).bias is None or not stays_float:
        return False
    return _codes_follow(model, encodings, str(node.output[0]))


def _computes_otherwise(model: FloatModel, node: onnx.NodeProto) -> bool:
    """Whether the integer kernel that a runtime would take computes something else."""
    operator = operator_of(node)
    return operator.kind is Kind.FLOW and operator.obstacle(model, node) is not None


def _moves_signed(encodings: Encodings, node: onnx.NodeProto, opset: int) -> bool:
    """A move of floats behind signed codes: onnxruntime moves the pair, then cannot load it.

    Measured with 1.32: it makes uint8 of int8, and from opset 21 on forgets to say so.
    """
    encoding = encodings.of(node.input[0])
    floats = node.name not in encodings.flow.nodes and kind_of(node) is Kind.MOVE
    return floats and opset >= _TELLS_TYPE and encoding is not None and encoding.dtype.signed


def _codes_follow(model: FloatModel, encodings: Encodings, tensor: str) -> bool:
    """Whether a tensor is quantized, at once or behind Relu and Clip."""
    while encodings.of(tensor) is None:
        readers = model.consumers.get(tensor, ())
        if len(readers) != 1 or kind_of(readers[0]) is not Kind.CLAMP:
            return False
        tensor = str(readers[0].output[0])
    return True


def multiplies_blocks(weight: Encoding, x: Encoding | None) -> bool:
    """Whether onnxruntime would multiply a weight in blocks by a kernel that knows none.

    So it does between codes of 8 bits, and then fails.
    """
    in_blocks = isinstance(weight.granularity, PerBlock)
    return in_blocks and x is not None and x.dtype.bits <= 8 and weight.dtype.stored.bits == 8


def multiplies_bluntly(node: onnx.NodeProto, weight: Encoding, x: Encoding | None) -> bool:
    """Whether onnxruntime would round the 16-bit input of a product to 8 bits.

    Measured with 1.31: it takes a dequantized weight of up to 8 bits for MatMulNBits.
    """
    wide = x is not None and x.dtype.bits > 8
    return wide and operator_of(node).is_product and weight.dtype.bits <= 8


def apart(tensor: str, writer: GraphWriter) -> str:
    """`tensor` behind a Max that changes nothing, which onnxruntime fuses with nothing."""
    name = writer.free_name(f"{tensor}_as_float")
    lowest = writer.constant(f"{name}_lowest", np.asarray(np.finfo(np.float32).min))
    return writer.node("Max", [tensor, lowest], name)
