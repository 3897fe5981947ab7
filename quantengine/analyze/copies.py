"""A float network in which layers exist twice: as they are, and as candidates on the same inputs.

One run gives the local error of every layer at about twice the cost of inference, where one
session a layer costs the whole network for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import onnx
from onnx import TensorProto, helper

from quantengine.analyze.simulate import tapped
from quantengine.graph.clamps import is_clamp
from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import set_bias
from quantengine.graph.walk import first_made, names_in
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.graph_writer import GraphWriter
from quantengine.rewrite.microsoft import import_domain
from quantengine.rewrite.simulation import (
    Quantizer,
    new_quantizer,
    quantizer_inputs,
    write_quantizer,
)


@dataclass(frozen=True)
class Copy:
    """A candidate of a layer: `weights` are fed anew with the bias, `inputs` are quantized."""

    layer: str
    variant: str
    weights: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class CopiesModel:
    """The network with its copies.

    `outputs` names the tensor each copy gives, `weights` the graph inputs of its weights by
    (copy, weight), `biases` that of its bias, `quantizers` the steering inputs by owner tensor.
    """

    proto: onnx.ModelProto
    outputs: Mapping[Copy, str]
    weights: Mapping[tuple[Copy, str], str]
    biases: Mapping[Copy, str]
    quantizers: Mapping[str, Quantizer]


def copies_model(
    model: FloatModel, encodings: Encodings, copies: Sequence[Copy], taps: Sequence[str]
) -> CopiesModel:
    """`model` with `copies` beside their layers, giving them and the tensors `taps`."""
    return _CopyWriter(model, encodings).write(copies, taps)


class _CopyWriter:
    def __init__(self, model: FloatModel, encodings: Encodings) -> None:
        self.model, self.encodings = model, encodings
        self.writer = GraphWriter(names_in(model.graph))
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: dict[Copy, str] = {}
        self.weights: dict[tuple[Copy, str], str] = {}
        self.biases: dict[Copy, str] = {}
        self.quantizers: dict[str, Quantizer] = {}
        self.quantized: dict[str, str] = {}

    def write(self, copies: Sequence[Copy], taps: Sequence[str]) -> CopiesModel:
        wanted: dict[str, list[Copy]] = {}
        for copy in copies:
            wanted.setdefault(copy.layer, []).append(copy)
        for node in self.model.graph.node:
            self.writer.nodes.append(node)
            for copy in wanted.get(node.name, ()):
                self._copy(copy)
        proto = self._proto()
        tapped(proto, [*taps, *self.outputs.values()])
        return CopiesModel(proto, self.outputs, self.weights, self.biases, self.quantizers)

    def _copy(self, copy: Copy) -> None:
        layer = self.encodings.flow.nodes[copy.layer]
        node = onnx.NodeProto()
        node.CopyFrom(layer.node)
        node.name = self.writer.free_name(f"{node.name}_{copy.variant}")
        for place, name in enumerate(node.input):
            if name in copy.weights:
                node.input[place] = self.weights[copy, name] = self._fed(f"{name}_copy", name)
            elif name in copy.inputs:
                node.input[place] = self._quantized(name)
        if copy.weights:
            self._feed_bias(copy, layer, node)
        made = first_made(node)
        output = self.writer.free_name(f"{made}_{copy.variant}")
        kept = [output if name == made else "" for name in node.output]
        del node.output[:]
        node.output.extend(kept[: kept.index(output) + 1])
        self.writer.nodes.append(node)
        self.outputs[copy] = self._clamped(layer, output, copy.variant)

    def _feed_bias(self, copy: Copy, layer: IntegerNode, node: onnx.NodeProto) -> None:
        corrected = self.encodings.biases.get(copy.layer)
        if layer.bias is None and corrected is None:
            return
        name = self.writer.free_name(f"{node.name}_bias")
        shape = (
            list(corrected.shape)
            if corrected is not None
            else list(self.model.initializers[str(layer.bias)].dims)
        )
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        self.biases[copy] = name
        set_bias(node, name)

    def _clamped(self, layer: IntegerNode, tensor: str, variant: str) -> str:
        """Copies the Relu and Clip nodes that belong to the layer."""
        original = first_made(layer.node)
        while original != layer.output:
            reader = self.model.consumers[original][0]
            assert is_clamp(self.model, reader)
            clamp = onnx.NodeProto()
            clamp.CopyFrom(reader)
            clamp.name = self.writer.free_name(f"{reader.name}_{variant}")
            clamp.input[0] = tensor
            original = str(reader.output[0])
            clamp.output[0] = tensor = self.writer.free_name(f"{original}_{variant}")
            self.writer.nodes.append(clamp)
        return tensor

    def _quantized(self, tensor: str) -> str:
        if tensor not in self.quantized:
            owner = self.encodings.flow.owners[tensor]
            if owner not in self.quantizers:
                self.quantizers[owner] = new_quantizer(self.writer, owner)
                self.inputs.extend(quantizer_inputs(self.quantizers[owner]))
            self.quantized[tensor] = self.writer.free_name(f"{tensor}_quantized")
            write_quantizer(self.writer, self.quantizers[owner], tensor, self.quantized[tensor])
        return self.quantized[tensor]

    def _fed(self, wanted: str, weight: str) -> str:
        name = self.writer.free_name(wanted)
        shape = list(self.model.initializers[weight].dims)
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def _proto(self) -> onnx.ModelProto:
        proto = onnx.ModelProto()
        proto.CopyFrom(self.model.proto)
        del proto.graph.node[:], proto.graph.value_info[:]
        proto.graph.node.extend(self.writer.nodes)
        proto.graph.input.extend(self.inputs)
        import_domain(proto)
        return proto
