"""Layers with float weights between codes, kept from being quantized by the runtime."""

from __future__ import annotations

import numpy as np
import onnx

from quantengine.graph.model import FloatModel
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.graph_writer import GraphWriter

_GIVEN_8_BITS = ("Conv", "ConvTranspose", "Gemm")


def hold_float(
    model: FloatModel,
    encodings: Encodings,
    node: onnx.NodeProto,
    written: onnx.NodeProto,
    writer: GraphWriter,
) -> None:
    """Puts a Max that changes nothing between codes and `written`, a layer with float weights.

    From 1.21 on onnxruntime gives the float weights of a layer right between DequantizeLinear and
    QuantizeLinear 8 bits and one scale of its own choice. `node` is the layer of the model;
    `written` already reads dequantized codes.
    """
    stays_float = len(written.input) > 1 and written.input[1] in model.initializers
    if node.op_type not in _GIVEN_8_BITS or not stays_float:
        return
    if not _codes_follow(model, encodings, str(node.output[0])):
        return
    name = f"{node.input[0]}_as_float"
    lowest = writer.constant(f"{name}_lowest", np.asarray(np.finfo(np.float32).min))
    written.input[0] = writer.node("Max", [written.input[0], lowest], writer.free_name(name))


def _codes_follow(model: FloatModel, encodings: Encodings, tensor: str) -> bool:
    """Whether a tensor is quantized, at once or behind Relu and Clip."""
    while encodings.of(tensor) is None:
        readers = model.consumers.get(tensor, ())
        if len(readers) != 1 or readers[0].op_type not in ("Relu", "Clip"):
            return False
        tensor = str(readers[0].output[0])
    return True
