"""Float model to a network whose ranges, widths and weights are fed, so that none needs a rebuild.

Same wiring as the QDQ form and the same bits in its results. Behind each quantized tensor stands
an If that quantizes or lets pass: measured on mobilenetv2, 10 % over the QDQ form with every
quantizer on and 12 % below it with all off, where a Where in its place costs 20 % both ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from quantengine.formats.encoding import Encoding
from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.graph_writer import GraphWriter
from quantengine.rewrite.microsoft import MICROSOFT, import_domain
from quantengine.rewrite.qdq import Rewriter

_SIGNED_SHIFT = 1 << 15


@dataclass(frozen=True)
class Quantizer:
    """The names of the graph inputs that steer the quantizer of one owner tensor."""

    active: str
    low: str
    high: str
    scale: str
    zero_point: str

    def feeds(self, encoding: Encoding | None) -> dict[str, NDArray[Any]]:
        """What to feed for a per-tensor encoding of 16 bits at most; None lets values pass.

        Codes are uint16 whatever their type: signed ones are moved up by 2^15.
        """
        low, high, scale, zero = np.float32(-1), np.float32(1), np.float32(1), 0
        if encoding is not None:
            low, high = np.float32(encoding.low), np.float32(encoding.high)
            scale = np.float32(encoding.scale)
            zero = int(encoding.zero_point) + (_SIGNED_SHIFT if encoding.dtype.signed else 0)
        return {
            self.active: np.array(encoding is not None),
            self.low: np.array(low),
            self.high: np.array(high),
            self.scale: np.array(scale),
            self.zero_point: np.array(zero, np.uint16),
        }


@dataclass(frozen=True, eq=False)
class Simulation:
    """A network of quantizers and what to feed it.

    `quantizers` by owner tensor, `weights` by initializer, `biases` by node: names of graph
    inputs. `seen` names, for each tensor, what its readers on codes read.
    """

    proto: onnx.ModelProto
    quantizers: Mapping[str, Quantizer]
    weights: Mapping[str, str]
    biases: Mapping[str, str]
    seen: Mapping[str, str]


def simulation_model(model: FloatModel, encodings: Encodings) -> Simulation:
    """The simulation of every plan that quantizes the same tensors as `encodings`."""
    return _Simulator(model, encodings).simulation()


def write_quantizer(
    writer: GraphWriter, quantizer: Quantizer, source: str, output: str
) -> onnx.NodeProto:
    """Adds the node that gives `source`, quantized where the quantizer is active."""
    held, codes, real, passed = (
        writer.free_name(f"{output}_{part}") for part in ("held", "codes", "real", "passed")
    )
    grid = [quantizer.scale, quantizer.zero_point]
    quantize = [
        helper.make_node("Clip", [source, quantizer.low, quantizer.high], [held]),
        helper.make_node("QuantizeLinear", [held, *grid], [codes], domain=MICROSOFT),
        helper.make_node("DequantizeLinear", [codes, *grid], [real], domain=MICROSOFT),
    ]
    skip = [helper.make_node("Identity", [source], [passed])]
    node = helper.make_node(
        "If",
        [quantizer.active],
        [output],
        name=writer.free_name(f"{output}_If"),
        then_branch=helper.make_graph(quantize, "quantize", [], [_untyped(real)]),
        else_branch=helper.make_graph(skip, "skip", [], [_untyped(passed)]),
    )
    writer.nodes.append(node)
    return node


def new_quantizer(writer: GraphWriter, tensor: str) -> Quantizer:
    """Free names for the steering inputs of `tensor`."""
    parts = ("active", "low", "high", "scale", "zero_point")
    return Quantizer(*(writer.free_name(f"{tensor}_{part}") for part in parts))


def quantizer_inputs(quantizer: Quantizer) -> list[onnx.ValueInfoProto]:
    """The steering inputs as graph inputs: scalars."""
    floats = (quantizer.low, quantizer.high, quantizer.scale)
    return [
        helper.make_tensor_value_info(quantizer.active, TensorProto.BOOL, []),
        *(helper.make_tensor_value_info(name, TensorProto.FLOAT, []) for name in floats),
        helper.make_tensor_value_info(quantizer.zero_point, TensorProto.UINT16, []),
    ]


def bias_values(
    model: FloatModel, encodings: Encodings, node: IntegerNode, *, quantized: bool
) -> NDArray[np.float32] | None:
    """The bias `[C_out]` a node adds, as int32 codes give it where `quantized`; None without."""
    values = encodings.float_bias_of(model, node)
    if values is None:
        return None
    codes = encodings.bias_of(model, node)
    if not quantized or codes is None:
        return np.asarray(values, np.float32)
    return np.asarray(codes.codes.astype(np.float32) * codes.scale, np.float32)


def weight_values(
    model: FloatModel, encodings: Encodings, weight: str, *, quantized: bool
) -> NDArray[np.float32]:
    """A weight as the integer network sees it, or as it is."""
    constant = model.weight(weight)
    if not quantized:
        return np.asarray(constant, np.float32)
    return encodings.weight_of(weight, constant)


def active_nodes(encodings: Encodings, weights: AbstractSet[str]) -> frozenset[str]:
    """The nodes whose bias is quantized when the weights named are."""
    return frozenset(
        name
        for name, node in encodings.flow.nodes.items()
        if any(weight.tensor in weights for weight in node.weights)
    )


class _Simulator(Rewriter):
    """Writes steerable quantizers and fed weights where the QDQ form has constants."""

    def __init__(self, model: FloatModel, encodings: Encodings) -> None:
        super().__init__(model, encodings)
        self.proto = onnx.ModelProto()
        self.proto.CopyFrom(model.proto)
        self.quantizers: dict[str, Quantizer] = {}
        self.biases: dict[str, str] = {}
        self.inputs: list[onnx.ValueInfoProto] = []

    def simulation(self) -> Simulation:
        proto = self.run()
        proto.graph.input.extend(self.inputs)
        import_domain(proto)
        return Simulation(proto, self.quantizers, self.weight_names, self.biases, self.dequantized)

    def _pair(self, tensor: str, source: str | None = None) -> None:
        owner = self.encodings.flow.owners[tensor]
        if owner not in self.quantizers:
            self.quantizers[owner] = new_quantizer(self.writer, owner)
            self.inputs.extend(quantizer_inputs(self.quantizers[owner]))
        output = tensor if source else self.writer.free_name(f"{tensor}_dequantized")
        write_quantizer(self.writer, self.quantizers[owner], source or tensor, output)
        self.dequantized[tensor] = output

    def _weight(self, name: str) -> str:
        if name not in self.weight_names:
            shape = list(self.model.initializers[name].dims)
            self.weight_names[name] = self._fed(f"{name}_fed", shape)
        return self.weight_names[name]

    def _constant_beside(self, name: str) -> str:
        if name not in self.beside:
            values = self.encodings.beside[name].fake_quantize(self.model.weight(name))
            self.beside[name] = self.writer.constant(f"{name}_beside", values)
        return self.beside[name]

    def _bias(self, integer: IntegerNode) -> str | None:
        name = integer.node.name
        if name not in self.biases:
            values = self.encodings.float_bias_of(self.model, integer)
            assert values is not None
            self.biases[name] = self._fed(f"{name}_bias_fed", list(values.shape))
        return self.biases[name]

    def _write_table(self, copy: onnx.NodeProto) -> None:
        if copy.input[0] in self.encodings.weights:
            copy.input[0] = self._weight(copy.input[0])
        self.writer.nodes.append(copy)

    def _fed(self, wanted: str, shape: list[int]) -> str:
        name = self.writer.free_name(wanted)
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name


def _untyped(name: str) -> onnx.ValueInfoProto:
    return onnx.ValueInfoProto(name=name)
