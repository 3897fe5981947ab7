"""What one resolution of a model costs beside another, in bytes and conversions."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from quantengine.analyze.report_layers import layer_reports
from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.encodings import Encodings, carrier
from quantengine.search.operations import FLOAT_BITS, tensor_shape
from quantengine.sentence import Sentence

_BYTE = 8


@dataclass(frozen=True)
class Costs:
    """Bytes of weights and of activations that move for one sample, and changes of type."""

    stored: int
    moved: int
    conversions: int

    @classmethod
    def of(cls, model: FloatModel, table: CalibrationTable, resolution: Resolution) -> Costs:
        return cls(
            stored_bytes(model, resolution),
            moved_bytes(model, table, resolution.encodings),
            conversions_of(model, resolution.encodings),
        )

    def beside(self, before: Costs) -> Sentence:
        """What is more or less than before."""
        return Sentence(
            "{0} B in the file, {1} B moved a sample, {2} conversions",
            f"{self.stored - before.stored:+,}",
            f"{self.moved - before.moved:+,}",
            f"{self.conversions - before.conversions:+,}",
        )


def stored_bytes(model: FloatModel, resolution: Resolution) -> int:
    """Of all weights."""
    return sum(layer.bytes_after for layer in layer_reports(model, resolution))


def moved_bytes(model: FloatModel, table: CalibrationTable, encodings: Encodings) -> int:
    """Of all tensors that carry codes or could, in one sample."""
    names = (name for node in model.graph.node for name in node.output if name in model.types)
    floats = (name for name in names if model.types[name].is_float)
    return sum(
        prod(tensor_shape(model, table, name) or ()) * _bits(encodings, name) // _BYTE
        for name in floats
    )


def conversions_of(model: FloatModel, encodings: Encodings) -> int:
    """How many inputs of nodes have another type than the result."""
    found = 0
    for node in model.graph.node:
        data = [name for name in node.input if name in model.types and _is_data(model, name)]
        found += sum(_kind(encodings, name) != _kind(encodings, node.output[0]) for name in data)
    return found


def _is_data(model: FloatModel, name: str) -> bool:
    return model.types[name].is_float and name not in model.initializers


def _kind(encodings: Encodings, tensor: str) -> str:
    encoding = encodings.of(tensor)
    return "" if encoding is None else carrier(encoding.dtype).name


def _bits(encodings: Encodings, tensor: str) -> int:
    encoding = encodings.of(tensor)
    return FLOAT_BITS if encoding is None else carrier(encoding.dtype).bits
