"""A model file that can be run as it is, float or quantized."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import onnx

from quantengine.data.dataset import Dataset, class_count
from quantengine.data.input import Input, with_batch_axes
from quantengine.data.loop import Made
from quantengine.data.options import DataOptions
from quantengine.data.streams import open_samples
from quantengine.errors import ModelError
from quantengine.graph.chance import random_nodes, random_notes
from quantengine.graph.half import widen
from quantengine.graph.load import open_model
from quantengine.graph.missing import asks_for_nan
from quantengine.graph.read import read_model
from quantengine.graph.walk import all_tensors, skeleton
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.inputs import loop_note
from quantengine.rewrite.edge_session import (
    NO_EDGES,
    EdgeSession,
    ToldEdges,
    counts_as_written,
    tail_of_file,
    told_edges,
)
from quantengine.runtime import Port, Session, Tensors, outline
from quantengine.sentence import Sentence

_DTYPES = {
    "float": "float32",
    "double": "float64",
    **{
        name: name
        for bits in (8, 16, 32, 64)
        for name in (f"int{bits}", f"uint{bits}", *(("float16",) if bits == 16 else ()))
    },
    "bool": "bool",
}


_FLOATS = ("tensor(float)", "tensor(float16)", "tensor(double)")


@dataclass(frozen=True, eq=False)
class ModelFile:
    """A checked file; `file_bytes` counts its external data too.

    It is loaded when it is first run: what does not fit it is refused before its constants are
    folded.
    """

    path: Path
    file_bytes: int
    inputs: tuple[Input, ...]
    ports: tuple[Port, ...]
    """What it gives."""
    threads: int | None = None
    told: ToldEdges = NO_EDGES
    behind: Session | None = None
    """What a file that ends earlier lacks, in floats."""
    widened: onnx.ModelProto | None = field(default=None, repr=False)
    """What is run of a file in bfloat16, which onnxruntime runs on no CPU: its form in float32."""
    optimized: bool = True
    """Whether onnxruntime may merge nodes; not of a file for another runtime."""

    @cached_property
    def session(self) -> Session | EdgeSession:
        """Takes and gives floats, whatever the file does; raises ModelError where onnxruntime
        cannot load it.
        """
        try:
            source = self.widened or self.path
            bare = Session(source, threads=self.threads, optimize=self.optimized)
            return bare if self.told == NO_EDGES else EdgeSession(bare, self.told, self.behind)
        except ModelError as error:
            raise ModelError("{0}: {1}", self.path, error) from error

    @property
    def outputs(self) -> tuple[Made, ...]:
        """The outputs that are arrays of numbers."""
        known = ((port, _element(port)) for port in self.ports)
        return tuple(
            Made(port.name, np.dtype(_DTYPES[name]), port.shape)
            for port, name in known
            if name in _DTYPES
        )

    @property
    def classes(self) -> int | None:
        """How many classes the first output tells apart; None where it does not say."""
        first = next(iter(self.ports), None)
        is_float = first is not None and first.dtype in _FLOATS
        return class_count(first.shape) if first is not None and is_float else None

    def samples(self, path: Path, options: DataOptions, *, monitor: Monitor = SILENT) -> Dataset:
        """The samples at `path` for its inputs, some of which it feeds itself; raises DataError.

        `monitor.say` tells which inputs look like states, where nothing says that they are.
        """
        said = None if options.loops else self._loop_note()
        if said is not None:
            monitor.say(said)

        def run(feeds: Tensors) -> Tensors:
            return self.session.run(feeds, monitor=monitor)

        return open_samples(
            path, self.inputs, self.outputs, options, run, classes=self.classes, monitor=monitor
        )

    def _loop_note(self) -> Sentence | None:
        return loop_note(open_model(self.path)) if len(self.inputs) > 1 else None

    @classmethod
    def open(
        cls, path: Path | str, *, threads: int | None = None, monitor: Monitor = SILENT
    ) -> ModelFile:
        """`monitor.say` tells where the network draws random numbers, and what is run in bfloat16.

        Raises ModelError for a file that is no sound model or that cannot be loaded.
        """
        path = Path(path)
        read = read_model(path, monitor=monitor)
        takes_nan = asks_for_nan(read.proto)
        for note in random_notes(random_nodes(read.proto)):
            monitor.say(note)
        taken, given, widened = _runnable(path, read.proto, monitor)
        told = told_edges(read.proto)
        taken, given = (_as_floats(ports, told) for ports in (taken, given))
        inputs = with_batch_axes([_spec(path, port, takes_nan) for port in taken])
        plain = not counts_as_written(read.proto)
        made = cls(path, read.file_bytes, inputs, given, threads, told, optimized=plain)
        return replace(made, widened=widened)

    def completed(self, float_file: ModelFile) -> ModelFile:
        """Together with what lies behind its end in the float file, where it was made of that."""
        behind = tail_of_file(self.path, float_file.path) if self.told.cut else None
        if behind is None:
            return self
        ports = (*self.ports, *behind.outputs)
        return replace(self, inputs=float_file.inputs, ports=ports, behind=behind)

    def bare_feeds(self, feeds: Tensors) -> Tensors:
        """What the file itself takes."""
        session = self.session
        return session.encoded(feeds) if isinstance(session, EdgeSession) else feeds

    @property
    def bare(self) -> Session:
        """The file itself."""
        session = self.session
        return session.bare if isinstance(session, EdgeSession) else session


def _as_floats(ports: tuple[Port, ...], told: ToldEdges) -> tuple[Port, ...]:
    """As the network has them, where the file has codes."""
    return tuple(
        replace(port, dtype=_FLOATS[0]) if port.name in told.codes else port for port in ports
    )


def _runnable(
    path: Path, proto: onnx.ModelProto, monitor: Monitor
) -> tuple[tuple[Port, ...], tuple[Port, ...], onnx.ModelProto | None]:
    """What a file takes and gives, and what is run in place of it."""
    try:
        return *_ports(path, proto), None
    except ModelError:
        widened = _widened(proto)
        if widened is None:
            raise
        note = Sentence(
            "{0} is in bfloat16, which onnxruntime runs on no CPU: run, timed and compared is its "
            "form in float32.",
            path.name,
        )
        monitor.say(note)
        return *_ports(path, widened), widened


def _widened(proto: onnx.ModelProto) -> onnx.ModelProto | None:
    """A copy that computes bfloat16 in float32; None where nothing is bfloat16."""
    if not any(tensor.data_type == onnx.TensorProto.BFLOAT16 for tensor in all_tensors(proto)):
        return None
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    widen(copy)
    return copy


def _ports(path: Path, proto: onnx.ModelProto) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """What a file takes and gives, by its graph alone where that can be loaded without weights."""
    network, large = skeleton(proto)
    try:
        session = outline(network)
    except ModelError:
        try:
            session = Session(path, optimize=False)
        except ModelError as error:
            raise ModelError("{0}: {1}", path, error) from error
    return tuple(port for port in session.inputs if port.name not in large), session.outputs


def _element(port: Port) -> str:
    return port.dtype.removeprefix("tensor(").removesuffix(")")


def _spec(path: Path, port: Port, takes_nan: bool) -> Input:
    name = _element(port)
    if name not in _DTYPES:
        raise ModelError(
            "{0}: input '{1}' takes {2}, not numbers: it cannot be fed here.",
            path,
            port.name,
            port.dtype,
        )
    return Input(port.name, np.dtype(_DTYPES[name]), port.shape, takes_nan)
