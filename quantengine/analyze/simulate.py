"""Runs the simulated network under one plan after the other without rebuilding it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.formats.encoding import Codes, Encoding
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.simulation import (
    Simulation,
    active_nodes,
    bias_values,
    simulation_model,
    weight_values,
)
from quantengine.runtime import Session, Tensors

Floats = NDArray[np.float32]

_MOST_SESSIONS = 4
_MOST_STEERINGS = 6


@dataclass(frozen=True)
class Active:
    """Which quantizers work: owner tensors and weights by name, None stands for all of them."""

    tensors: frozenset[str] | None = None
    weights: frozenset[str] | None = None

    def has_tensor(self, name: str) -> bool:
        return self.tensors is None or name in self.tensors

    def has_weight(self, name: str) -> bool:
        return self.weights is None or name in self.weights


NOTHING: frozenset[str] = frozenset()
ALL = Active()
NONE = Active(NOTHING, NOTHING)
ONLY_WEIGHTS = Active(tensors=NOTHING)
ONLY_ACTIVATIONS = Active(weights=NOTHING)


class Simulator:
    """Simulates plans of one model; widths, ranges and weights change between runs at no cost.

    `run` may be called from several threads.

    A session is built for each set of quantized tensors met, the last few are kept: measured on
    mobilenetv2, 0.03 s where a QDQ session takes 0.1 to 0.4 s with its rewriting.
    """

    def __init__(
        self, model: FloatModel, *, threads: int | None = None, keep_memory: bool = True
    ) -> None:
        """`threads` and `keep_memory` as of a Session; no core waits in a loop between runs."""
        self.model = model
        self._load = partial(
            Session, optimize=False, threads=threads, keep_memory=keep_memory, brief=True
        )
        self._sessions: OrderedDict[Hashable, tuple[Simulation, Session, Encodings]] = OrderedDict()
        self._lock = Lock()
        self._kept: OrderedDict[
            tuple[int, Active], tuple[Simulation, Encodings, dict[str, NDArray[Any]]]
        ] = OrderedDict()
        self._weights: dict[str, tuple[Encoding, Codes | None, Floats]] = {}
        self._floats: dict[str, Floats] = {}

    def run(
        self,
        feeds: Tensors,
        encodings: Encodings,
        active: Active = ALL,
        *,
        monitor: Monitor = SILENT,
    ) -> Tensors:
        """The outputs of the network by name."""
        return self.watched(feeds, encodings, (), active, monitor=monitor)[0]

    def watched(
        self,
        feeds: Tensors,
        encodings: Encodings,
        taps: Sequence[str],
        active: Active = ALL,
        *,
        monitor: Monitor = SILENT,
    ) -> tuple[Tensors, Tensors]:
        """The outputs, and each tapped tensor as its readers see it.

        They are two, since an output may be something else than what readers of it see.
        """
        with self._lock:
            simulation, session = self.session(encodings, tuple(taps))
            steering = self._steering(simulation, encodings, active)
        seen = {tap: simulation.seen.get(tap, tap) for tap in taps}
        names = dict.fromkeys((*self.model.outputs, *seen.values()))
        computed = [name for name in names if name not in feeds]
        found = {**feeds, **session.run({**feeds, **steering}, computed, monitor=monitor)}
        outputs = {name: found[name] for name in self.model.outputs}
        return outputs, {tap: found[name] for tap, name in seen.items()}

    def feeds(
        self, simulation: Simulation, encodings: Encodings, active: Active = ALL
    ) -> dict[str, NDArray[Any]]:
        """All graph inputs of a simulation beside those of the model."""
        found: dict[str, NDArray[Any]] = {}
        for owner, quantizer in simulation.quantizers.items():
            works = active.has_tensor(owner)
            found |= quantizer.feeds(encodings.activations[owner] if works else None)
        quantized = frozenset(filter(active.has_weight, encodings.weights))
        for weight, name in simulation.weights.items():
            found[name] = self.weight(encodings, weight, quantized=weight in quantized)
        nodes = active_nodes(encodings, quantized)
        for node, name in simulation.biases.items():
            values = bias_values(
                self.model, encodings, encodings.flow.nodes[node], quantized=node in nodes
            )
            assert values is not None
            found[name] = values
        return found

    def weight(self, encodings: Encodings, name: str, *, quantized: bool) -> Floats:
        """A weight as it is or as codes give it; the last of both is kept."""
        if not quantized:
            if name not in self._floats:
                self._floats[name] = weight_values(self.model, encodings, name, quantized=False)
            return self._floats[name]
        encoding, codes = encodings.weights[name], encodings.codes.get(name)
        kept = self._weights.get(name)
        if kept is None or kept[0] is not encoding or kept[1] is not codes:
            values = weight_values(self.model, encodings, name, quantized=True)
            kept = self._weights[name] = (encoding, codes, values)
        return kept[2]

    def _steering(
        self, simulation: Simulation, encodings: Encodings, active: Active
    ) -> dict[str, NDArray[Any]]:
        """`feeds`, kept for the next sample."""
        key = (id(simulation), active)
        kept = self._kept.get(key)
        if kept is None or kept[0] is not simulation or kept[1] is not encodings:
            kept = (simulation, encodings, self.feeds(simulation, encodings, active))
            self._kept[key] = kept
            if len(self._kept) > _MOST_STEERINGS:
                self._kept.popitem(last=False)
        return kept[2]

    def session(
        self, encodings: Encodings, taps: tuple[str, ...] = ()
    ) -> tuple[Simulation, Session]:
        """The simulation of these encodings and its session, built where none is kept."""
        key = (_structure(encodings), taps)
        if key not in self._sessions:
            simulation = simulation_model(self.model, encodings)
            proto = tapped(simulation.proto, [simulation.seen.get(tap, tap) for tap in taps])
            session = self._load(proto)
            self._sessions[key] = (simulation, session, encodings)
            if len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
        self._sessions.move_to_end(key)
        return self._sessions[key][:2]


def tapped(proto: onnx.ModelProto, names: Sequence[str]) -> onnx.ModelProto:
    """`proto`, changed to give the named tensors as outputs too."""
    known = {value.name for value in (*proto.graph.output, *proto.graph.input)}
    for name in dict.fromkeys(names):
        if name not in known:
            proto.graph.output.append(onnx.ValueInfoProto(name=name))
    return proto


def _structure(encodings: Encodings) -> Hashable:
    """What a simulation is built from; equal for plans that only differ in numbers.

    Dynamic layers hold their numbers: those of other encodings are never equal (the session keeps
    the encodings, so that no others get their identity meanwhile).
    """
    flow = encodings.flow
    return (
        tuple(flow.nodes),
        tuple(flow.owners.items()),
        frozenset(encodings.activations),
        frozenset(encodings.weights),
        frozenset(encodings.biases),
        encodings.quantized_outputs,
        encodings.whole,
        tuple((name, each.dtype, each.scale.tobytes()) for name, each in encodings.beside.items()),
        tuple((name, values.tobytes()) for name, values in encodings.constants.items()),
        id(encodings) if encodings.dynamic else None,
    )
