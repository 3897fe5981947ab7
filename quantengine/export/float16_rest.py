"""What is not codes written in half precision, after it was seen what that would break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto

from quantengine.counted import counted
from quantengine.errors import ExportError
from quantengine.formats.metrics import Difference
from quantengine.graph.lift import branch_of
from quantengine.graph.model import FloatModel
from quantengine.graph.shapes import tensor_types
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.half import LARGEST, half_rest
from quantengine.runtime import Session, Tensors
from quantengine.sentence import Sentence

LEAST_OPSET = 19
"""Scales of DequantizeLinear may be float16 from here on."""
_ROOM = 0.5
"""Of the range of float16: other data may reach further than the samples."""
_LEAST_DB = 26.0
_NAMED = 4


@dataclass(frozen=True, eq=False)
class Halved:
    """The network with the rest in half precision; `kept` nodes stay float32.

    `sqnr_db` is that of its outputs beside those of the network before.
    """

    proto: onnx.ModelProto
    nodes: int
    kept: tuple[str, ...]
    sqnr_db: float

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """What was done, what stays float32, and what it is good for."""
        said = Sentence(
            "Half precision in {0} ({1} dB beside the same network in float32): on x86 that makes "
            "the file smaller, and slower to run.",
            *(counted(self.nodes, "node"), f"{self.sqnr_db:.1f}"),
        )
        if not self.kept:
            return (said,)
        names = ", ".join(self.kept[:_NAMED])
        more = len(self.kept) - _NAMED
        kept = Sentence(
            "{0} left float32, since float16 cannot hold what is computed there: {1}.",
            *(counted(len(self.kept), "node"), names if more <= 0 else f"{names}, …"),
        )
        return said, kept


def check_halving(encodings: Encodings, probes: Sequence[Tensors]) -> None:
    """Raises ExportError where what is written cannot be halved, or nothing would check it."""
    if encodings.activations or encodings.dynamic:
        raise ExportError(
            "Only where activations stay float can the rest be half precision: give --activations "
            "float, or leave --float16-rest out."
        )
    if not probes:
        raise ExportError(
            "Half precision is checked on samples, for values it cannot hold: give --data, or "
            "leave --float16-rest out."
        )


def with_float16_rest(
    model: FloatModel,
    proto: onnx.ModelProto,
    probes: Sequence[Tensors],
    *,
    monitor: Monitor = SILENT,
) -> Halved:
    """`proto`, written of `model`, with float16 where the values seen on `probes` fit.

    Raises ExportError where the outputs suffer all the same.
    """
    types, _ = tensor_types(proto)
    elements = {name: kind.element for name, kind in types.items()}
    for name, kind in model.types.items():
        if elements.get(name, TensorProto.UNDEFINED) == TensorProto.UNDEFINED:
            elements[name] = kind.element
    beyond = _beyond(proto, elements, probes, monitor)
    found = half_rest(proto, elements, beyond)
    names = [name for name, kind in model.outputs.items() if kind.is_float]
    before, after, difference = Session(proto), Session(found.proto), Difference()
    for feeds in probes:
        expected = before.run(feeds, names, monitor=monitor)
        for name, values in after.run(feeds, names, monitor=monitor).items():
            known = np.isfinite(expected[name])
            difference.add(expected[name][known], values[known])
    if not difference.sqnr_db >= _LEAST_DB:
        raise ExportError(
            "In half precision the outputs are only {0} dB beside those in float32: leave "
            "--float16-rest out.",
            f"{difference.sqnr_db:.1f}",
        )
    kept = tuple(node.name for node in proto.graph.node if node.name in {*beyond, *found.kept})
    return Halved(found.proto, found.nodes, kept, difference.sqnr_db)


def _beyond(
    proto: onnx.ModelProto, elements: dict[str, int], probes: Sequence[Tensors], monitor: Monitor
) -> set[str]:
    """Nodes that make or read values which float16 cannot hold."""
    made = [
        name
        for node in proto.graph.node
        if branch_of(node) is None
        for name in node.output
        if elements.get(name) == TensorProto.FLOAT
    ]
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    given = {value.name for value in copy.graph.output}
    copy.graph.output.extend(onnx.ValueInfoProto(name=n) for n in made if n not in given)
    session, largest = Session(copy, optimize=False), dict[str, float]()
    for feeds in probes:
        for name, values in session.run(feeds, made, monitor=monitor).items():
            seen = float(np.abs(values[np.isfinite(values)]).max(initial=0))
            largest[name] = max(largest.get(name, 0.0), seen)
    wide = {name for name, seen in largest.items() if seen > _ROOM * LARGEST}
    nodes = proto.graph.node
    return {n.name for n in nodes if not wide.isdisjoint((*n.input, *n.output))}
