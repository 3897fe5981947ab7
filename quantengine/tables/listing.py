"""What a candidate decided, by the names that the given file has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from quantengine.analyze.comparison import Comparison
from quantengine.analyze.layer_report import LayerReport
from quantengine.analyze.report_layers import layer_reports
from quantengine.formats.encoding import Encoding
from quantengine.graph.model import FloatModel
from quantengine.graph.reason import Why
from quantengine.graph.walk import all_nodes, all_tensors, first_made
from quantengine.resolve.resolve import Resolution
from quantengine.sentence import Sentence


@dataclass(frozen=True, eq=False)
class Listing:
    """Encodings by the names of the file, in the order they are met.

    `weights` are those of the network as it is quantized, `given` those that are in the file as
    they are: a batch norm was folded into the others. `nodes` are the names that nodes have in the
    file: a layer without one there is called after its output. `compared` has the errors of layers,
    where they were measured. `absent` are tensors with codes that the file does not have.
    """

    model: FloatModel
    activations: Mapping[str, Encoding]
    weights: Mapping[str, Encoding]
    given: Mapping[str, Encoding]
    layers: tuple[LayerReport, ...]
    nodes: frozenset[str]
    absent: tuple[str, ...]
    compared: Comparison | None = None

    @classmethod
    def of(
        cls,
        model: FloatModel,
        resolution: Resolution,
        file: onnx.ModelProto,
        compared: Comparison | None = None,
    ) -> Listing:
        """Of a model, by the names of `file`: the one that it was opened from, or what was
        written of it.
        """
        encodings = resolution.encodings
        names, constants = _tensors(file), _constants(file)
        activations = {name: e for name, e in encodings.activations.items() if name in names}
        weights = {name: e for name, e in encodings.weights.items() if name in constants}
        every = (*encodings.activations, *encodings.weights)
        return cls(
            model,
            activations,
            weights,
            {n: e for n, e in weights.items() if np.array_equal(constants[n], model.weight(n))},
            tuple(row for row in layer_reports(model, resolution) if not row.minor),
            frozenset(node.name for node in file.graph.node if node.name),
            tuple(name for name in every if name not in activations and name not in weights),
            compared,
        )

    def entries(self) -> Iterator[tuple[str, Encoding]]:
        """Activations, then the weights of the file."""
        yield from self.activations.items()
        yield from self.given.items()

    def notes(self) -> Iterator[Sentence]:
        """What no table of this file can carry."""
        if self.absent:
            yield Sentence("Left out, no tensors of the file: {0}.", shortened(self.absent))
        both = tuple(name for name in self.activations if self._is_read_as_floats(name))
        if both:
            yield Sentence(
                "Some layers read these as floats here, where a table rounds them for all: {0}.",
                shortened(both),
            )

    def changed(self) -> Iterator[Sentence]:
        """Which weights a table for the file as it is cannot carry, and how it can."""
        other = tuple(name for name in self.weights if name not in self.given)
        if other:
            yield Sentence(
                "Left out, since opening folded what follows into these weights: {0}. Give the "
                "tool the network that --save-model writes, and this table has them all.",
                shortened(other),
            )

    def kept_float(self) -> Iterator[str]:
        """The layers that the plan keeps float: the tool decides on others by itself."""
        return (r.name for r in self.layers if r.reason is not None and r.reason.kind is Why.PLAN)

    def output_of(self, layer: str) -> str:
        """The first tensor that the node of a layer makes."""
        node = next((node for node in self.model.graph.node if node.name == layer), None)
        return "" if node is None else first_made(node)

    def _is_read_as_floats(self, name: str) -> bool:
        quantized = {row.name for row in self.layers if row.reason is None}
        return any(node.name not in quantized for node in self.model.consumers.get(name, ()))


def shortened(names: tuple[str, ...], most: int = 5) -> str:
    """The first names, and how many follow."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def about(told: Sentence, names: Iterable[str]) -> tuple[Sentence, ...]:
    """A sentence with a place for names and the first of them; nothing where there is none."""
    each = tuple(dict.fromkeys(names))
    return (Sentence(told.pattern, shortened(each)),) if each else ()


def _tensors(proto: onnx.ModelProto) -> set[str]:
    made = {name for node in all_nodes(proto) for name in node.output if name}
    return made | {value.name for value in proto.graph.input}


def _constants(proto: onnx.ModelProto) -> dict[str, NDArray[Any]]:
    found = {t.name: numpy_helper.to_array(t) for t in all_tensors(proto) if t.name}
    for node in proto.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return found
