"""What the float layers themselves make of the codes a file computes on.

The network that was opened, not the one that was written: its own nodes with their attributes, on
the codes of the file read by the scales that were decided. What a writer and the simulation
misread alike does not agree with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from quantengine.export.weight_check import refuse_wrong_weight
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerBlock
from quantengine.graph.bodies import is_open, of_this_trip
from quantengine.graph.flow import IntegerNode
from quantengine.graph.lift import repeated
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import activation_inputs, set_bias
from quantengine.graph.walk import names_in, reads, renamed
from quantengine.rewrite.encodings import Encodings, carrier
from quantengine.rewrite.graph_writer import ELEMENT_TYPES, GraphWriter
from quantengine.rewrite.microsoft import MICROSOFT, import_domain
from quantengine.rewrite.qdq import QdqForm

_BIAS_LIMITS = np.iinfo(np.int32)
_TIE_STEPS = 0.01
_FLOAT_STEPS = 4e-6


@dataclass(frozen=True)
class Fed:
    """How a tensor is given to the float layers and what they answer.

    `inputs` names codes (and, found while running, scale and zero point) by their name in the
    file. `lowest` and `highest` bound the code that is right: they differ where a value lies
    between two codes; for what is quantized while running they are (codes, scale, zero point).
    """

    inputs: Mapping[str, str]
    outputs: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ExpectedModel:
    """The float network on fed codes; `codes` and `dynamic` by tensor of the network.

    `floats` are tensors to be compared as they are: what the file calls so -> its name in `proto`.
    """

    proto: onnx.ModelProto
    codes: Mapping[str, Fed]
    dynamic: Mapping[str, Fed]
    floats: Mapping[str, str]

    @property
    def reads(self) -> Mapping[str, set[str]]:
        """By layer; a tensor under its own name there is read as floats, beside its codes."""
        return {node.name: set(reads(node)) for node in self.proto.graph.node}


def expected_model(
    model: FloatModel, encodings: Encodings, form: QdqForm, taps: Sequence[str] = ()
) -> ExpectedModel:
    """The layers of `model` on the codes that `form` names; `taps` are float tensors to give too.

    Raises ExportError where a weight on its grid is not the weight that was given.
    """
    return _Expecting(model, encodings, form).run(taps)


class _Expecting:
    def __init__(self, model: FloatModel, encodings: Encodings, form: QdqForm) -> None:
        self.model, self.encodings, self.form = model, encodings, form
        self.written = {node.name: node for node in form.proto.graph.node}
        quantizers = (n for n in self.written.values() if n.op_type == "DequantizeLinear")
        self.from_codes = {name for node in quantizers for name in node.output}
        self.writer = GraphWriter(names_in(model.graph))
        self.inputs: list[onnx.ValueInfoProto] = []
        self.codes: dict[str, Fed] = {}
        self.dynamic: dict[str, Fed] = {}
        self.seen: dict[str, str] = {}
        self.seen_dynamic: dict[str, str] = {}
        self.weights: dict[str, str] = {}
        self.elements: dict[str, int] = {}
        """The types of all answers."""
        again = repeated(model.graph.node)
        self.repeated = {t for n in model.graph.node if n.name in again for t in n.output}

    def run(self, taps: Sequence[str]) -> ExpectedModel:
        for name in self.model.inputs:
            self._quantize(name)
        for node in self.model.graph.node:
            self._write(node)
            for name in node.output:
                self._quantize(name)
        proto = onnx.ModelProto()
        proto.CopyFrom(self.model.proto)
        graph = proto.graph
        graph.initializer.extend(self.writer.initializers.values())
        del graph.node[:], graph.value_info[:]
        graph.node.extend(self.writer.nodes)
        graph.input.extend(self.inputs)
        floats = self._floats(taps)
        given = {value.name for value in graph.output}
        elements = {**self.elements, **dict.fromkeys(floats.values(), TensorProto.FLOAT)}
        graph.output.extend(
            helper.make_tensor_value_info(name, element, None)
            for name, element in elements.items()
            if name not in given
        )
        import_domain(proto)
        return ExpectedModel(proto, self.codes, self.dynamic, floats)

    def _floats(self, taps: Sequence[str]) -> dict[str, str]:
        """Outputs and taps; an output that is read from codes is compared with those codes."""
        outputs = [name for name, kind in self.model.outputs.items() if kind.is_float]
        return {
            name: self.seen.get(name, name) if name in self.from_codes else name
            for name in dict.fromkeys([*outputs, *taps])
        }

    def _write(self, node: onnx.NodeProto) -> None:
        integer = self.encodings.flow.nodes.get(node.name)
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        for place, name in enumerate(node.input):
            copy.input[place] = self._source(node, integer, place, name)
        if is_open(node):  # its branches hand on codes where the written ones do
            plain = reads(self.written[node.name])
            codes = {name: seen for name, seen in self.seen.items() if name not in plain}
            copy.CopyFrom(renamed(copy, codes))
        bias = None if integer is None else self._bias(integer)
        if bias is not None:
            set_bias(copy, self.writer.constant(f"{node.name}_bias", bias))
        self.writer.nodes.append(copy)

    def _source(
        self, node: onnx.NodeProto, integer: IntegerNode | None, place: int, name: str
    ) -> str:
        if integer is not None and any(weight.tensor == name for weight in integer.weights):
            on_grid = name in self.encodings.weights
            left = node.name in self.encodings.dynamic and place == 0
            return self._weight(name) if on_grid and not left else name
        if node.name in self.encodings.dynamic and place < 2:
            return self.seen_dynamic.get(name) or self.seen.get(name, name)
        if name in self.encodings.constants:
            return self._constant(name)
        if integer is None and name in self.encodings.beside:
            return self._beside(name)
        if integer is not None and name in activation_inputs(node):
            return self.seen.get(name, name)
        # float readers may take either: that is no matter of right and wrong
        written = self.written.get(node.name)
        same = written is None or place >= len(written.input) or written.input[place] == name
        plain = same and name not in self.from_codes
        return name if plain else self.seen.get(name, name)

    def _weight(self, name: str) -> str:
        if name not in self.weights:
            encoding, values = self.encodings.weights[name], self.model.weight(name)
            on_grid = self.encodings.weight_of(name, values)
            layer = self.model.consumers[name][0].name
            nearest = name not in self.encodings.codes
            refuse_wrong_weight(layer, name, values, on_grid, encoding, nearest=nearest)
            self.weights[name] = self.writer.constant(f"{name}_on_grid", on_grid)
        return self.weights[name]

    def _constant(self, name: str) -> str:
        if name not in self.weights:
            values = np.asarray(self.encodings.constants[name], np.float32)
            self.weights[name] = self.writer.constant(f"{name}_changed", values)
        return self.weights[name]

    def _beside(self, name: str) -> str:
        """A constant as codes tell it; one that masks is cut off where its range ends."""
        if name not in self.weights:
            values, encoding = self.model.weight(name), self.encodings.beside[name]
            step = np.float64(encoding.scale)
            held = np.clip(values.astype(np.float64), encoding.low, encoding.high)
            codes = np.rint(held / step)
            self.weights[name] = self.writer.constant(
                f"{name}_beside", np.asarray(codes * step, np.float32)
            )
        return self.weights[name]

    def _bias(self, integer: IntegerNode) -> NDArray[np.float32] | None:
        """The bias, where the product is one of integers rounded to s_x s_w and held in int32."""
        values = self.encodings.biases.get(integer.node.name)
        if values is None:
            values = None if integer.bias is None else self.model.constant(integer.bias)
        if values is None:
            return None
        x = self.encodings.of(integer.node.input[0])
        w = self.encodings.weights.get(integer.node.input[1])
        plain = self.encodings.float_biases or x is None or w is None
        if plain or x is None or w is None or isinstance(w.granularity, PerBlock):
            return np.asarray(values, np.float32)
        step = np.resize(np.multiply(x.scale, w.scale, dtype=np.float32), values.shape)
        codes = np.rint(np.asarray(values, np.float64) / step)
        return np.asarray(
            np.clip(codes, _BIAS_LIMITS.min, _BIAS_LIMITS.max).astype(np.float32) * step,
            np.float32,
        )

    def _quantize(self, tensor: str) -> None:
        encoding, codes = self.encodings.of(tensor), self.form.codes.get(tensor)
        if encoding is not None and codes is not None:
            self._quantize_static(tensor, encoding, codes)
        if tensor in self.form.dynamic:
            self._quantize_dynamic(tensor)

    def _quantize_static(self, tensor: str, encoding: Encoding, codes: str) -> None:
        dtype, writer = carrier(encoding.dtype), self.writer
        fed = writer.free_name(f"{tensor}_codes")
        kind = ELEMENT_TYPES[dtype.name]
        self.inputs.append(helper.make_tensor_value_info(fed, kind, None))
        grid = list(writer.parameters(f"{tensor}_grid", encoding, dtype))
        codes_now = self._now(tensor, fed, tensor)
        self.seen[tensor] = self._node("DequantizeLinear", [codes_now, *grid], f"{tensor}_seen")
        value = tensor
        if encoding.dtype != dtype:
            ends = [
                writer.constant(f"{tensor}_{end}", np.asarray(bound, np.float32))
                for end, bound in (("low", encoding.low), ("high", encoding.high))
            ]
            value = writer.node("Clip", [tensor, *ends], writer.free_name(f"{tensor}_held"))
        steps = max(_TIE_STEPS, _FLOAT_STEPS * 2**dtype.bits)
        slack = writer.constant(f"{tensor}_slack", np.asarray(steps * encoding.scale, np.float32))
        ends = [
            writer.node(op, [value, slack], writer.free_name(f"{tensor}_{op}"))
            for op in ("Sub", "Add")
        ]
        outputs = [self._node("QuantizeLinear", [end, *grid], f"{end}_code") for end in ends]
        self.elements |= dict.fromkeys(outputs, kind)
        self.codes[tensor] = Fed({codes: fed}, tuple(outputs))

    def _now(self, tensor: str, fed: str, like: str) -> str:
        """What is fed for `tensor`; in a body that repeats, of this trip, shaped as `like`."""
        if tensor not in self.repeated:
            return fed
        output = self.writer.free_name(f"{fed}_now")
        self.writer.nodes.append(of_this_trip(fed, like, output))
        return output

    def _quantize_dynamic(self, tensor: str) -> None:
        found = self.form.dynamic[tensor]
        kinds = (TensorProto.UINT8, TensorProto.FLOAT, TensorProto.UINT8)
        names = [self.writer.free_name(f"{tensor}_fed_{part}") for part in ("q", "s", "z")]
        for name, element in zip(names, kinds, strict=True):
            scalar = name != names[0] and tensor not in self.repeated
            shape: list[int] | None = [] if scalar else None
            self.inputs.append(helper.make_tensor_value_info(name, element, shape))
        outputs = [self.writer.free_name(f"{tensor}_own_{part}") for part in ("q", "s", "z")]
        source = self.seen.get(tensor, tensor) if self._from_codes(found.codes) else tensor
        node = helper.make_node("DynamicQuantizeLinear", [source], outputs, name=outputs[0])
        self.writer.nodes.append(node)
        self.elements |= dict(zip(outputs, kinds, strict=True))
        fed = [self._now(tensor, *pair) for pair in zip(names, outputs, strict=True)]
        self.seen_dynamic[tensor] = self._node("DequantizeLinear", fed, f"{tensor}_seen")
        sources = (found.codes, found.scale, found.zero_point)
        self.dynamic[tensor] = Fed(dict(zip(sources, names, strict=True)), tuple(outputs))

    def _from_codes(self, dynamic: str) -> bool:
        """Whether what is quantized while running had a range and codes of its own before."""
        makers = (n for n in self.written.values() if dynamic in n.output)
        return any(name in self.from_codes for node in makers for name in node.input)

    def _node(self, op_type: str, inputs: list[Any], wanted: str) -> str:
        """A quantizer of onnxruntime's own domain, which takes 16 bits at any opset."""
        output = self.writer.free_name(wanted)
        name = self.writer.free_name(f"{output}_{op_type}")
        self.writer.nodes.append(
            helper.make_node(op_type, inputs, [output], name=name, domain=MICROSOFT)
        )
        return output
