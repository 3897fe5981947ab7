"""The float graph with a marker node wherever the quantized file rounds a value.

The rewriter that writes the file also writes the markers, so that training sees the roundings of
the file and no others.
"""

from __future__ import annotations

from dataclasses import dataclass

import onnx
from onnx import helper

from quantengine.errors import PlanError
from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import Rewriter

DOMAIN = "quantengine.finetune"
ACTIVATION, WEIGHT, BIAS = "QuantizeActivation", "QuantizeWeight", "QuantizeBias"


@dataclass(frozen=True, eq=False)
class Places:
    """A graph with markers: `label` of each is the owner tensor, the initializer or the node.

    `seen` names, for each tensor that carries codes, what its readers on codes read. `biases`
    holds the nodes whose bias is int32 codes, with the owner of their input and their weight.
    """

    proto: onnx.ModelProto
    seen: dict[str, str]
    biases: dict[str, tuple[str, str]]


def mark_places(model: FloatModel, encodings: Encodings) -> Places:
    """Raises PlanError where the encodings have ranges that are found while running."""
    if encodings.dynamic:
        raise dynamic_ranges(f"those of '{min(encodings.dynamic)}'")
    return _Marker(model, encodings).places()


def dynamic_ranges(what: str) -> PlanError:
    """The refusal of ranges that are found while running."""
    return PlanError(
        "Fine-tuning learns fixed ranges, and the plan finds {0} while running: give activations "
        "an integer type.",
        what,
    )


class _Marker(Rewriter):
    def __init__(self, model: FloatModel, encodings: Encodings) -> None:
        super().__init__(model, encodings)
        self.proto = onnx.ModelProto()
        self.proto.CopyFrom(model.proto)
        self.bias_names: dict[str, str] = {}
        self.integer_biases: dict[str, tuple[str, str]] = {}

    def places(self) -> Places:
        proto = self.run()
        return Places(proto, self.dequantized, self.integer_biases)

    def _pair(self, tensor: str, source: str | None = None) -> None:
        owner = self.encodings.flow.owners[tensor]
        output = tensor if source else self.writer.free_name(f"{tensor}_dequantized")
        self._mark(ACTIVATION, owner, [source or tensor], output)
        self.dequantized[tensor] = output

    def _weight(self, name: str) -> str:
        if name not in self.weight_names:
            output = self.writer.free_name(f"{name}_dequantized")
            self._mark(WEIGHT, name, [name], output)
            self.weight_names[name] = output
        return self.weight_names[name]

    def _bias(self, integer: IntegerNode) -> str | None:
        name = integer.node.name
        if integer.node.input[1] not in self.encodings.weights:
            return None
        if name not in self.bias_names:
            values = self.encodings.float_bias_of(self.model, integer)
            assert values is not None
            source = self.writer.constant(f"{name}_trained_bias", values)
            output = self.writer.free_name(f"{name}_bias_dequantized")
            self._mark(BIAS, name, [source], output)
            self.bias_names[name] = output
            x, w = (str(tensor) for tensor in integer.node.input[:2])
            if self.encodings.of(x) is not None:
                self.integer_biases[name] = (self.encodings.flow.owners[x], w)
        return self.bias_names[name]

    def _write_table(self, copy: onnx.NodeProto) -> None:
        name = copy.input[0]
        encoding = self.encodings.weights.get(name)
        if encoding is not None:
            copy.input[0] = self.writer.constant(
                f"{name}_fixed", encoding.dequantize(self._weight_codes(name))
            )
        self.writer.nodes.append(copy)

    def _mark(self, op_type: str, label: str, inputs: list[str], output: str) -> None:
        name = self.writer.free_name(f"{output}_{op_type}")
        self.writer.nodes.append(
            helper.make_node(op_type, inputs, [output], name=name, domain=DOMAIN, label=label)
        )
