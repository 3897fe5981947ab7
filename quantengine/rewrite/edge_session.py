"""Files that take and give codes, run on floats: what they are compared by."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.errors import ModelError, QuantError
from quantengine.formats.dtype import IntegerType
from quantengine.graph.cut import tail
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel, TensorType
from quantengine.graph.read import read_model
from quantengine.monitor import SILENT, Monitor
from quantengine.record import Misread, parsed, record
from quantengine.rewrite.edge_port import EdgePort
from quantengine.rewrite.graph_writer import ELEMENT_TYPES
from quantengine.runtime import Session, Tensors

ENTRY = "quantscope.edges"
AS_WRITTEN = "quantscope.as_written"
_DIGEST = "quantscope.model_sha256"
_BYTES = ("uint8", "int8")
_LEAST, _MOST = float(np.finfo(np.float32).tiny), float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class ToldEdges:
    """What a file tells of its own inputs and outputs."""

    inputs: tuple[EdgePort, ...] = ()
    outputs: tuple[EdgePort, ...] = ()
    cut: tuple[str, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The inputs and outputs that hold codes."""
        return frozenset(port.name for port in (*self.inputs, *self.outputs))


NO_EDGES = ToldEdges()


def told_edges(proto: onnx.ModelProto) -> ToldEdges:
    """What the metadata of a file say of its edges, as far as its graph bears it out."""
    text = next((p.value for p in proto.metadata_props if p.key == ENTRY), None)
    if text is None:
        return NO_EDGES
    try:
        found = record(ToldEdges, parsed(text))
    except Misread:
        return NO_EDGES
    sides = ((found.inputs, proto.graph.input), (found.outputs, proto.graph.output))
    return found if all(_borne_out(*side) for side in sides) else NO_EDGES


def counts_as_written(proto: onnx.ModelProto) -> bool:
    """Whether the file is for another runtime, so that what onnxruntime makes of it counts not."""
    return any(entry.key == AS_WRITTEN for entry in proto.metadata_props)


def _borne_out(ports: Sequence[EdgePort], values: Sequence[onnx.ValueInfoProto]) -> bool:
    elements = {value.name: value.type.tensor_type.elem_type for value in values}
    return all(
        port.type in _BYTES
        and elements.get(port.name) == ELEMENT_TYPES[port.type]
        and _LEAST <= port.scale <= _MOST
        and _holds(IntegerType.parse(port.type), port.zero_point)
        for port in ports
    )


def _holds(dtype: IntegerType, code: int) -> bool:
    return dtype.qmin <= code <= dtype.qmax


class EdgeSession:
    """Takes floats and gives floats, whatever the file does; `behind` makes the rest of them.

    `bare` is the file itself, `encoded` what it is fed.
    """

    def __init__(self, bare: Session, told: ToldEdges, behind: Session | None = None) -> None:
        self.bare, self._behind = bare, behind
        self._inputs = {port.name: port.encoding for port in told.inputs}
        self._outputs = {port.name: port.encoding for port in told.outputs}
        self._taken = {port.name for port in bare.inputs}

    def encoded(self, feeds: Tensors) -> dict[str, NDArray[Any]]:
        """What the file takes in the place of floats."""
        return {
            name: self._inputs[name].quantize(values) if name in self._inputs else values
            for name, values in feeds.items()
            if name in self._taken
        }

    def run(
        self, feeds: Tensors, outputs: Sequence[str] | None = None, *, monitor: Monitor = SILENT
    ) -> dict[str, NDArray[Any]]:
        """As of a Session."""
        codes = self.bare.run(self.encoded(feeds), monitor=monitor)
        found = {
            name: self._outputs[name].dequantize(values) if name in self._outputs else values
            for name, values in codes.items()
        }
        if self._behind is not None:
            wanted = {port.name for port in self._behind.inputs}
            given = {name: value for name, value in {**feeds, **found}.items() if name in wanted}
            found |= self._behind.run(given, monitor=monitor)
        return found if outputs is None else {name: found[name] for name in outputs}


def written_session(path: Path, model: FloatModel | None) -> Session | EdgeSession:
    """The file at `path`, so that it can be held to the float one it was made of.

    What it no longer holds is run in floats behind it, as the file of `model` has it.
    """
    proto = onnx.load(path, load_external_data=False)
    told = told_edges(proto)
    session = Session(path, optimize=not counts_as_written(proto), brief=True)
    if told == NO_EDGES:
        return session
    behind = None if model is None or not told.cut else _tail(model, told.cut)
    return EdgeSession(session, told, behind)


def tail_of_file(path: Path, float_path: Path) -> Session | None:
    """What the float file has behind the end of the file at `path`, if that was made of it."""
    proto = onnx.load(path, load_external_data=False)
    wanted = next((p.value for p in proto.metadata_props if p.key == _DIGEST), None)
    try:
        model = open_model(float_path)
        return _tail(model, told_edges(proto).cut) if wanted == json.dumps(model.digest) else None
    except QuantError:
        return None


def _tail(model: FloatModel, cut: tuple[str, ...]) -> Session:
    """The float file itself behind the tensors in `cut`."""
    original = read_model(model.origin.path).proto
    types: Mapping[str, TensorType] = model.types
    made = {name for node in original.graph.node for name in node.output}
    lost = next((name for name in cut if name not in made), None)
    if lost is not None:
        raise ModelError(
            "The file {0} has no tensor '{1}': end at one that it names.",
            *(model.origin.path.name, lost),
        )
    return Session(tail(original, cut, types))
