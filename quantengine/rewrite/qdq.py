"""Float model to QDQ form: pairs of QuantizeLinear and DequantizeLinear where codes flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from quantengine.formats.dtype import INT32
from quantengine.formats.encoding import Encoding
from quantengine.graph.bodies import is_open
from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import (
    activation_inputs,
    is_table,
    kind_of,
    operator_of,
    set_bias,
    weight_inputs,
)
from quantengine.graph.walk import names_in, reads, renamed
from quantengine.rewrite.dynamic import DynamicCodes, DynamicWriter
from quantengine.rewrite.dynamic_cell import CellWriter
from quantengine.rewrite.encodings import Encodings, carrier
from quantengine.rewrite.float_layers import (
    apart,
    hold_float,
    multiplies_blocks,
    multiplies_bluntly,
)
from quantengine.rewrite.graph_writer import GraphWriter, axis_attributes
from quantengine.rewrite.microsoft import MICROSOFT, import_domain, move_pairs
from quantengine.rewrite.opset import at_opset, chosen_opset
from quantengine.rewrite.plain_nodes import leave_usual_untold, tell_all_axes


@dataclass(frozen=True, eq=False)
class QdqForm:
    """A model in QDQ form; `codes` names the integer tensor of each float one.

    `dynamic` names what is found while running of the inputs of `encodings.dynamic`, by tensor.
    """

    proto: onnx.ModelProto
    codes: Mapping[str, str]
    dynamic: Mapping[str, DynamicCodes]


def qdq_form(model: FloatModel, encodings: Encodings, opset: int | None = None) -> QdqForm:
    """A new model in QDQ form, names of nodes and tensors kept; `opset` None is the lowest usable.

    Raises ExportError where the model's opset cannot be raised to it, or where it is too low.
    """
    rewriter = Rewriter(model, encodings, opset)
    proto = rewriter.run()
    tensors = {read: tensor for tensor, read in rewriter.dequantized.items()}
    dynamic = {tensors.get(name, name): found for name, found in rewriter.dynamic.found.items()}
    return QdqForm(proto, rewriter.codes, dynamic)


def qdq_model(model: FloatModel, encodings: Encodings, opset: int | None = None) -> onnx.ModelProto:
    """The model of `qdq_form`."""
    return qdq_form(model, encodings, opset).proto


class Rewriter:
    """Writes the nodes of a model one after the other; a simulation writes some parts otherwise."""

    def __init__(self, model: FloatModel, encodings: Encodings, opset: int | None = None) -> None:
        self.model = model
        self.encodings = encodings
        self.opset = chosen_opset(model, encodings, opset)
        self.proto = at_opset(model.proto, self.opset)
        self.writer = GraphWriter(names_in(self.proto.graph))
        self.dynamic, self.cells = DynamicWriter(self.writer), CellWriter(self.writer)
        self.codes: dict[str, str] = {}
        self.dequantized: dict[str, str] = {}
        """Tensor -> the output of its DequantizeLinear."""
        self.weight_names: dict[str, str] = {}
        self.beside: dict[str, str] = {}
        self.parameters: dict[str, tuple[str, str]] = {}

    def run(self) -> onnx.ModelProto:
        for value in self.model.inputs:
            if self.encodings.of(value) is not None:
                self._pair(value)
        for node in self.proto.graph.node:
            self._write(node)
        self._finish()
        return self.proto

    def _write(self, node: onnx.NodeProto) -> None:
        integer = self.encodings.flow.nodes.get(node.name)
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        tell_all_axes(self.model, copy, self.writer)
        leave_usual_untold(copy)
        renamed = self._rename_outputs(copy)
        if integer is not None and node.name in self.encodings.dynamic:
            self._write_dynamic(copy, integer)
        elif is_table(self.model, node):
            self._write_table(copy)
        else:
            for place, name in enumerate(copy.input):
                copy.input[place] = self._source(node, integer, place, name)
            self._pass_codes(node, copy)
            self._add_bias(copy, integer)
            plain = self.encodings.as_written or not copy.input
            if not plain and copy.input[0] == self.dequantized.get(node.input[0]):
                hold_float(self.model, self.encodings, node, copy, self.writer, self.opset)
            self.writer.nodes.append(copy)
        for tensor in node.output:
            if tensor and self.encodings.of(tensor) is not None:
                self._pair(tensor, renamed.get(tensor))

    def _pass_codes(self, node: onnx.NodeProto, copy: onnx.NodeProto) -> None:
        """Lets branches that were laid open hand on codes where their nodes give some."""
        if is_open(node):
            names = {n: self.dequantized[n] for n in reads(node) if n in self.dequantized}
            given = {name: new for name, new in names.items() if self._only_codes(name)}
            copy.CopyFrom(renamed(copy, given))

    def _write_dynamic(self, copy: onnx.NodeProto, integer: IntegerNode) -> None:
        for place, name in enumerate(copy.input[:2]):
            if name in self.dequantized and self._only_codes(name):
                copy.input[place] = self.dequantized[name]
        if kind_of(copy) is Kind.CELL:
            names = weight_inputs(copy)
            found = {n: (self.encodings.weights[n], self._weight_codes(n)) for n in names}
            self.cells.write(copy, found)
            return
        weight = copy.input[1]
        codes = self._weight_codes(weight) if weight in self.encodings.weights else None
        bias = self.encodings.float_bias_of(self.model, integer)
        self.dynamic.write(copy, self.encodings.weights.get(weight), codes, bias)

    def _source(
        self, node: onnx.NodeProto, integer: IntegerNode | None, place: int, name: str
    ) -> str:
        """Which tensor input `place` of a node reads: the float one or its dequantized codes."""
        weights = () if integer is None else integer.weights
        if name in self.encodings.weights and any(w.tensor == name for w in weights):
            x = self.encodings.of(node.input[0])
            found = self._weight(name)
            weight = self.encodings.weights[name]
            fuses = multiplies_blocks(weight, x) or multiplies_bluntly(node, weight, x)
            held = fuses and not self.encodings.as_written
            return apart(found, self.writer) if held else found
        if integer is not None and name == integer.bias and place == operator_of(node).bias:
            corrected = node.name in self.encodings.biases
            return name if corrected else self._bias(integer) or name
        if integer is None and name in self.encodings.beside:
            return self._constant_beside(name)
        if name not in self.dequantized:
            return name
        reads_codes = integer is not None and name in activation_inputs(node)
        return self.dequantized[name] if reads_codes or self._only_codes(name) else name

    def _only_codes(self, tensor: str) -> bool:
        """Whether a tensor's producer gives codes, so that no float copy should be kept."""
        if self.encodings.whole:
            return self.encodings.of(tensor) is not None
        node = self.model.producers.get(tensor)
        while node is not None and kind_of(node) is Kind.CLAMP:
            node = self.model.producers.get(node.input[0])
        if node is None or node.name not in self.encodings.flow.nodes:
            return False
        if kind_of(node) is Kind.CELL:
            return False
        owner = self.encodings.flow.nodes[node.name].output
        return tensor == owner or kind_of(node) is Kind.MOVE

    def _weight(self, name: str) -> str:
        if name not in self.weight_names:
            encoding = self.encodings.weights[name]
            self.weight_names[name] = self._dequantize_constant(
                name, self._weight_codes(name), encoding
            )
        return self.weight_names[name]

    def _constant_beside(self, name: str) -> str:
        if name not in self.beside:
            encoding = self.encodings.beside[name]
            codes = encoding.quantize(self.model.weight(name))
            self.beside[name] = self._dequantize_constant(name, codes, encoding)
        return self.beside[name]

    def _weight_codes(self, name: str) -> NDArray[Any]:
        return self.encodings.codes_of(name, self.model.weight(name))

    def _dequantize_constant(self, name: str, codes: NDArray[Any], encoding: Encoding) -> str:
        quantized = self.writer.codes(f"{name}_quantized", codes, encoding.dtype.stored)
        scale, zero = self.writer.parameters(name, encoding, encoding.dtype.stored)
        output = self.writer.free_name(f"{name}_dequantized")
        attributes = axis_attributes(encoding)
        return self.writer.node("DequantizeLinear", [quantized, scale, zero], output, attributes)

    def _bias(self, integer: IntegerNode) -> str | None:
        """The dequantized int32 bias of a node, None where it has to stay float."""
        bias = self.encodings.bias_of(self.model, integer)
        if bias is None:
            return None
        label = integer.bias or f"{integer.node.name}_bias"
        scale = np.broadcast_to(bias.scale, bias.codes.shape) if bias.scale.ndim else bias.scale
        quantized = self.writer.codes(f"{label}_quantized", bias.codes, INT32)
        scale_name = self.writer.constant(f"{label}_scale", np.asarray(scale, np.float32))
        zero = self.writer.codes(f"{label}_zero_point", np.zeros(scale.shape, np.int32), INT32)
        output = self.writer.free_name(f"{label}_dequantized")
        axis = {"axis": 0} if bias.scale.ndim else {}
        return self.writer.node("DequantizeLinear", [quantized, scale_name, zero], output, axis)

    def _add_bias(self, copy: onnx.NodeProto, integer: IntegerNode | None) -> None:
        """Gives a node the corrected bias the encodings hold for it."""
        corrected = self.encodings.biases.get(copy.name)
        if corrected is None or integer is None:
            return
        name = self._bias(integer) or self.writer.constant(f"{copy.name}_bias", corrected)
        set_bias(copy, name)

    def _write_table(self, copy: onnx.NodeProto) -> None:
        """Gathers codes and dequantizes the rows found, so that the table stays small."""
        name = copy.input[0]
        encoding = self.encodings.weights.get(name)
        if encoding is None:
            self.writer.nodes.append(copy)
            return
        codes, dtype = self._weight_codes(name), carrier(encoding.dtype)
        copy.input[0] = self.writer.codes(f"{name}_quantized", codes, dtype)
        gathered, output = self.writer.free_name(f"{copy.output[0]}_quantized"), copy.output[0]
        copy.output[0] = gathered
        self.writer.nodes.append(copy)
        scale, zero = self.writer.parameters(name, encoding, dtype)
        axis = {"axis": -1} if encoding.scale.ndim else {}
        self.writer.node("DequantizeLinear", [gathered, scale, zero], output, axis)

    def _rename_outputs(self, copy: onnx.NodeProto) -> dict[str, str]:
        """Frees the name of a graph output whose codes are what the graph shall give."""
        renamed = {}
        for place, tensor in enumerate(copy.output):
            if (
                tensor in self.model.outputs
                and self.encodings.of(tensor) is not None
                and self._gives_codes(tensor)
            ):
                renamed[tensor] = self.writer.free_name(f"{tensor}_float")
                copy.output[place] = renamed[tensor]
        return renamed

    def _gives_codes(self, output: str) -> bool:
        return self._only_codes(output) or self.encodings.quantized_outputs

    def _pair(self, tensor: str, source: str | None = None) -> None:
        """Writes QuantizeLinear and DequantizeLinear behind `tensor`."""
        encoding = self.encodings.of(tensor)
        assert encoding is not None
        value = source or tensor
        owns_range = self.encodings.flow.owners[tensor] == tensor
        if owns_range and encoding.dtype != carrier(encoding.dtype):
            value = self._hold_in_range(value, encoding)
        scale, zero = self._activation_parameters(tensor, encoding)
        quantized = self.codes[tensor] = self.writer.free_name(f"{tensor}_quantized")
        self.writer.node("QuantizeLinear", [value, scale, zero], quantized)
        output = tensor if source else self.writer.free_name(f"{tensor}_dequantized")
        self.writer.node("DequantizeLinear", [quantized, scale, zero], output)
        self.dequantized[tensor] = output

    def _activation_parameters(self, tensor: str, encoding: Encoding) -> tuple[str, str]:
        owner = self.encodings.flow.owners[tensor]
        if owner not in self.parameters:
            dtype = carrier(encoding.dtype)
            self.parameters[owner] = self.writer.parameters(owner, encoding, dtype)
        return self.parameters[owner]

    def _hold_in_range(self, tensor: str, encoding: Encoding) -> str:
        """A Clip that keeps codes of an odd width inside their type."""
        low = self.writer.constant(f"{tensor}_low", encoding.low.astype(np.float32))
        high = self.writer.constant(f"{tensor}_high", encoding.high.astype(np.float32))
        output = self.writer.free_name(f"{tensor}_held")
        return self.writer.node("Clip", [tensor, low, high], output)

    def _finish(self) -> None:
        graph = self.proto.graph
        used = {name for node in self.writer.nodes for name in node.input}
        used |= {value.name for value in graph.output} | self.model.captured
        kept = [self._kept(t) for t in graph.initializer if t.name in used]
        new = [tensor for name, tensor in self.writer.initializers.items() if name in used]
        del graph.node[:], graph.initializer[:], graph.value_info[:]
        move_pairs(self.writer.nodes, self.opset)
        if any(node.domain == MICROSOFT for node in self.writer.nodes):
            import_domain(self.proto)
        graph.node.extend(self.writer.nodes)
        graph.initializer.extend([*kept, *new])

    def _kept(self, tensor: onnx.TensorProto) -> onnx.TensorProto:
        """An initializer as it is, or as the encodings want it."""
        values = self.encodings.constants.get(tensor.name)
        if values is None:
            return tensor
        return numpy_helper.from_array(np.asarray(values, np.float32), tensor.name)
