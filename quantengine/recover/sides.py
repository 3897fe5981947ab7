"""The float and the quantized network over the same samples, run piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.data.input import shapes_of
from quantengine.graph.model import FloatModel
from quantengine.graph.part import cut, leading_to
from quantengine.graph.walk import reads
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.segment import ordered_nodes, restricted
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session

MOST_BYTES = 256 << 20
_MOST_BEHIND = 4

Chunk = Mapping[str, NDArray[Any]]
Both = tuple[Chunk, Chunk]
"""What is known of one run: of the float network, and of the quantized one."""
Reader = Callable[[int], tuple[NDArray[Any], NDArray[Any]]]


class Sides:
    """What later nodes read of both networks, for each of `chunks`.

    Where that is more than `MOST_BYTES` and more than what is held, the networks stay behind, for
    at most a few layers: what is asked of them there is computed from what is held, one chunk at a
    time. Only where chunks are `alike` but for how many samples they hold: else what a reader draws
    of one depends on all.
    """

    def __init__(
        self, model: FloatModel, chunks: Sequence[Chunk], monitor: Monitor = SILENT
    ) -> None:
        self.model, self._monitor = model, monitor
        self.nodes = ordered_nodes(model)
        given = [{name: np.asarray(values) for name, values in chunk.items()} for chunk in chunks]
        self._held: list[Both] = [(chunk, chunk) for chunk in given]
        self._done = self._behind = 0
        self.alike = (
            len({tuple(shape[1:] for _, shape in shapes_of(chunk)) for chunk in given}) == 1
        )
        self._times = sum(map(_bytes, self._held)) / max(_bytes(self._held[0]), 1)

    def advance(self, stop: int, encodings: Encodings) -> None:
        """Brings both up to the node at `stop`, or leaves them where less is to be held."""
        later = set().union(*(reads(node) for node in self.nodes[stop:]))
        nodes = self.nodes[self._done : stop]
        run = self._run(nodes, sorted(later), encodings)
        for place, held in enumerate(self._held):
            both = _joined(held, run(place), later)
            if place == 0 and self._stays_behind(both):
                self._behind += 1
                return
            self._held[place] = both
        self._done, self._behind = stop, 0

    def holds(self, name: str) -> bool:
        """Whether a tensor is there; else `reader` computes it, chunk by chunk."""
        return name in self._held[0][0]

    def reader(self, name: str, encodings: Encodings) -> Reader:
        """Gives a tensor of both networks for the chunk at a place."""
        if self.holds(name):
            return lambda place: _of(self._held[place], name)
        run = self._run(self.nodes[self._done :], [name], encodings)
        return lambda place: _of(run(place), name)

    def _stays_behind(self, both: Both) -> bool:
        if not self.alike or self._behind == _MOST_BEHIND:
            return False
        most = max(MOST_BYTES, self._times * _bytes(self._held[0]))
        return self._times * _bytes(both) > most

    def _run(
        self, nodes: Sequence[onnx.NodeProto], wanted: Sequence[str], encodings: Encodings
    ) -> Callable[[int], Both]:
        """Runs what leads to those of the tensors wanted that `nodes` make."""
        made = {name for node in nodes for name in node.output if name}
        outputs = [name for name in wanted if name in made]
        if not outputs:
            return lambda _place: ({}, {})
        nodes = leading_to(nodes, outputs)
        dtypes = [{name: values.dtype for name, values in side.items()} for side in self._held[0]]
        part = cut(self.model, nodes, outputs, {}, dtypes[0])
        floats = Session(part.proto, brief=True)
        part = cut(self.model, nodes, outputs, {}, dtypes[1])
        proto = qdq_model(part, restricted(encodings, part))
        sessions = (floats, Session(proto, optimize=False, brief=True))

        def run(place: int) -> Both:
            found = zip(sessions, self._held[place], strict=True)
            float_, quantized = (self._fed(session, held, outputs) for session, held in found)
            return float_, quantized

        return run

    def _fed(self, session: Session, held: Chunk, outputs: Sequence[str]) -> Chunk:
        feeds = {port.name: held[port.name] for port in session.inputs}
        return session.run(feeds, outputs, monitor=self._monitor)


def _joined(held: Both, made: Both, names: set[str]) -> Both:
    float_, quantized = (
        {name: values for name, values in {**old, **new}.items() if name in names}
        for old, new in zip(held, made, strict=True)
    )
    return float_, quantized


def _of(both: Both, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
    return both[0][name], both[1][name]


def _bytes(both: Both) -> int:
    """What both hold together counts once."""
    arrays = {id(values): values.nbytes for side in both for values in side.values()}
    return sum(arrays.values())
