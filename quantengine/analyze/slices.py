"""A simulated network cut into slices of its node list, each a model of its own."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import onnx
from onnx import TensorProto

from quantengine.graph.model import FloatModel
from quantengine.graph.sink import kept_whole
from quantengine.graph.walk import reads
from quantengine.rewrite.simulation import Simulation
from quantengine.runtime import Session


class Slices:
    """Slices of `simulation`: what is computed before a place in the node list is fed after it."""

    def __init__(self, model: FloatModel, simulation: Simulation) -> None:
        self.model = model
        self.graph = simulation.proto.graph
        self._proto = simulation.proto
        self._reads = [frozenset(reads(node)) for node in self.graph.node]
        self._constants = {tensor.name: tensor for tensor in self.graph.initializer}
        self._steering = {
            value.name: value for value in self.graph.input if value.name not in model.inputs
        }
        self._data: dict[str, onnx.ValueInfoProto] = {
            value.name: value for value in self.graph.input if value.name in model.inputs
        }
        self._whole = kept_whole(self.graph.node)
        self._place = {name: i for i, n in enumerate(self.graph.node) for name in n.output if name}

    def place(self, tensors: AbstractSet[str], node: str) -> int:
        """The first node that makes one of `tensors` or is called `node`.

        Within branches the first node of them all: they run as a whole.
        """
        places = [self._place[tensor] for tensor in tensors if tensor in self._place]
        named = (i for i, found in enumerate(self.graph.node) if found.name == node)
        return self._whole[min([*places, next(named)])]

    def alive(self, place: int) -> frozenset[str]:
        """Tensors made before `place`, or fed, that are read from there on or are outputs."""
        wanted = frozenset[str]().union(*self._reads[place:]) | set(self.model.outputs)
        return frozenset(
            name
            for name in wanted
            if name in self._data or self._place.get(name, len(self.graph.node)) < place
        )

    def model_of(self, start: int, end: int | None, outputs: Sequence[str]) -> onnx.ModelProto:
        """The nodes from `start` up to `end` as a model that gives `outputs`."""
        nodes = self.graph.node[start:end]
        reads = frozenset[str]().union(*self._reads[start:end])
        made = {name for node in nodes for name in node.output}
        proto = onnx.ModelProto()
        proto.ir_version = self._proto.ir_version
        proto.opset_import.extend(self._proto.opset_import)
        proto.functions.extend(self._proto.functions)
        proto.graph.name = self.graph.name
        proto.graph.node.extend(nodes)
        for name in sorted(reads - made):
            if name in self._constants:
                proto.graph.initializer.append(self._constants[name])
            elif name in self._steering:
                proto.graph.input.append(self._steering[name])
            elif name:
                proto.graph.input.append(self._port(name))
        proto.graph.output.extend(onnx.ValueInfoProto(name=name) for name in outputs)
        return proto

    def session_of(self, start: int, end: int | None, outputs: Sequence[str]) -> Session:
        """The same, ready to run for several samples at a time, one thread each."""
        return Session(self.model_of(start, end, outputs), optimize=False, threads=1)

    def made(self, start: int, end: int | None, names: AbstractSet[str]) -> list[str]:
        """Those of `names` that the slice makes, in its order."""
        nodes = self.graph.node[start:end]
        return [name for node in nodes for name in node.output if name in names]

    def _port(self, name: str) -> onnx.ValueInfoProto:
        if name in self._data:
            return self._data[name]
        kind = self.model.types.get(name)
        port = onnx.ValueInfoProto(name=name)
        element = TensorProto.FLOAT if kind is None else kind.element
        port.type.tensor_type.elem_type = element
        return port
