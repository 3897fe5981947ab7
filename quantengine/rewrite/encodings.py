"""What the rewriter needs to know: where integers flow and the encoding of each tensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Codes, Encoding
from quantengine.formats.granularity import PerBlock
from quantengine.graph.flow import Flow, IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.rewrite.bias import BiasCodes, quantize_bias


@dataclass(frozen=True, eq=False)
class Encodings:
    """The encoding of every quantized tensor of one model under one plan.

    `activations` is keyed by the tensor that owns the range, `weights` by initializer; a tensor
    that is absent stays float. `dynamic` names the nodes whose inputs are quantized while running.
    `codes` replaces round-to-nearest codes of a weight, `biases` the float bias of a node
    `[C_out]`, `constants` float initializers of the model, such as what an Add puts onto a MatMul.
    `float_biases`: no bias gets codes. `whole`: what has codes is read as such by everything behind
    it, also by operators without an integer form. `as_written`: nothing is written for the sake of
    what onnxruntime makes of it. `beside`: constants that are read as codes by other operators than
    those on codes.
    """

    flow: Flow
    activations: Mapping[str, Encoding]
    weights: Mapping[str, Encoding]
    dynamic: frozenset[str] = frozenset()
    codes: Mapping[str, Codes] = field(default_factory=dict)
    biases: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    quantized_outputs: bool = False
    constants: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    float_biases: bool = False
    whole: bool = False
    as_written: bool = False
    beside: Mapping[str, Encoding] = field(default_factory=dict)

    def of(self, tensor: str) -> Encoding | None:
        """The activation encoding that `tensor` carries, its own or its owner's."""
        owner = self.flow.owners.get(tensor)
        return None if owner is None else self.activations.get(owner)

    def codes_of(self, weight: str, values: NDArray[Any]) -> Codes:
        """The codes of a weight of these `values`: chosen ones, or the nearest."""
        codes = self.codes.get(weight)
        return self.weights[weight].quantize(values) if codes is None else codes

    def weight_of(self, weight: str, values: NDArray[Any]) -> NDArray[np.float32]:
        """What the integer network has for a weight of these `values`."""
        return self.weights[weight].dequantize(self.codes_of(weight, values))

    def float_bias_of(self, model: FloatModel, node: IntegerNode) -> NDArray[Any] | None:
        """The bias of a node before its own rounding: corrected, or that of `model`."""
        corrected = self.biases.get(node.node.name)
        if corrected is not None or node.bias is None:
            return corrected
        return model.constant(node.bias)

    def bias_of(self, model: FloatModel, node: IntegerNode) -> BiasCodes | None:
        """The int32 codes of the bias of a node; None: it has none, or a float one."""
        values = None if self.float_biases else self.float_bias_of(model, node)
        x = self.of(node.node.input[0])
        w = self.weights.get(node.node.input[1]) if len(node.node.input) > 1 else None
        if values is None or x is None or w is None or isinstance(w.granularity, PerBlock):
            return None
        return quantize_bias(values, x, w)

    @property
    def opset(self) -> int:
        """The lowest ONNX opset whose QuantizeLinear knows every type and granularity used."""
        carried = [carrier(encoding.dtype) for encoding in self.activations.values()]
        stored = [e.dtype.stored for e in (*self.weights.values(), *self.beside.values())]
        bytes_only = all(dtype.bits in (8, 32) for dtype in (*carried, *stored))
        return 13 if bytes_only and not self.in_blocks else 21

    @property
    def in_blocks(self) -> bool:
        """Whether any weight has a scale for each block of values."""
        return any(isinstance(e.granularity, PerBlock) for e in self.weights.values())


def carrier(dtype: IntegerType) -> IntegerType:
    """The type that carries activation codes: no runtime computes on fewer than 8 bits."""
    return IntegerType(8 if dtype.bits <= 8 else 16, dtype.signed)
