"""The only door to onnxruntime."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper

from quantengine.errors import Cancelled, DataError, ModelError, QuantError
from quantengine.files import native
from quantengine.graph.message import as_message, write_model
from quantengine.graph.read import model_files
from quantengine.graph.sink import sunk
from quantengine.monitor import SILENT, Monitor
from quantengine.refusals import refusal
from quantengine.sentence import Sentence

Tensors = Mapping[str, NDArray[Any]]

VERSION: str = ort.__version__

_SILENT_SEVERITY = 4
_OPTIMIZED = "optimized.onnx"


@dataclass(frozen=True)
class Port:
    """An input or output of a session: shape entries are numbers, names or None."""

    name: str
    dtype: str
    shape: tuple[int | str | None, ...]


@dataclass(frozen=True, eq=False)
class Trace:
    """What onnxruntime noted: its `events` in the order in which they ended, as it writes them
    (times in microseconds), and the network it runs, without large constants.
    """

    events: tuple[Mapping[str, Any], ...]
    network: onnx.ModelProto


class Session:
    """A loaded model. `run` may be called from several threads.

    `model` is a path, the bytes of a file or a ModelProto (of any size), whose lifted branches run
    where they are taken. `optimize=False` keeps every node as written, so that fake-quantized
    arithmetic stays what the model says, and gives the same bits whether a weight is stored or
    fed. `threads` None takes every core; they wait for the next operator in a loop, unless the
    session is `brief`: then nothing is left running once it was made and between its runs.
    `keep_memory=False` gives memory back after each operator: two threads in one session do not
    wait for each other (their runs took 35 % longer), and many sessions side by side hold no more
    than one. In the folder `trace` it notes what `end_trace` gives. A ModelProto without outputs
    computes nothing and is not loaded: onnxruntime refuses a graph that it would empty.
    """

    def __init__(
        self,
        model: onnx.ModelProto | Path | bytes,
        *,
        optimize: bool = True,
        threads: int | None = None,
        keep_memory: bool = True,
        brief: bool = False,
        optimized_path: Path | None = None,
        trace: Path | None = None,
    ) -> None:
        self.inputs: tuple[Port, ...] = ()
        self.outputs: tuple[Port, ...] = ()
        if isinstance(model, onnx.ModelProto) and not model.graph.output:
            return
        options = ort.SessionOptions()
        options.log_severity_level = _SILENT_SEVERITY
        options.enable_mem_pattern = keep_memory
        if not keep_memory:
            options.enable_cpu_mem_arena = False
        level = ort.GraphOptimizationLevel
        options.graph_optimization_level = (
            level.ORT_ENABLE_ALL if optimize else level.ORT_DISABLE_ALL
        )
        if not optimize:
            options.add_session_config_entry("session.disable_prepacking", "1")
        if threads is not None:
            options.intra_op_num_threads = threads
        if brief or threads == 1:
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if optimized_path is not None:
            options.optimized_model_filepath = str(optimized_path)
        self._trace = trace
        if trace is not None:
            _note_times(options, trace)
        with _loadable(sunk(model) if isinstance(model, onnx.ModelProto) else model) as source:
            try:
                self._session = ort.InferenceSession(
                    source, options, providers=["CPUExecutionProvider"]
                )
            except Exception as error:
                raise ModelError(
                    "onnxruntime cannot load the model: {0}", refusal(error)
                ) from error
        self.inputs = tuple(_port(value) for value in self._session.get_inputs())
        self.outputs = tuple(_port(value) for value in self._session.get_outputs())

    def run(
        self, feeds: Tensors, outputs: Sequence[str] | None = None, *, monitor: Monitor = SILENT
    ) -> dict[str, NDArray[Any]]:
        """Outputs by name; raises DataError where the feeds do not fit, Cancelled on cancel.

        Of an output that is a sequence or a map, as classifiers of other tools give, the values.
        """
        names = list(outputs) if outputs is not None else [port.name for port in self.outputs]
        if not names:
            return {}  # onnxruntime takes an empty list for all outputs
        with _running(monitor) as options:
            values = self._session.run(names, dict(feeds), options)
        return {name: _values(value) for name, value in zip(names, values, strict=True)}

    def end_trace(self) -> Trace:
        """What was noted in all runs; once, of a session with a folder for it.

        onnxruntime writes names of nodes as they are: raises ModelError where JSON forbids that.
        """
        assert self._trace is not None, "this session notes nothing"
        written = Path(self._session.end_profiling())
        try:
            events = json.loads(written.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ModelError(
                "What onnxruntime notes of the model cannot be read: its names have quotes, "
                "backslashes or line ends."
            ) from error
        network = onnx.load_model(self._trace / _OPTIMIZED, load_external_data=False)
        return Trace(tuple(events), network)

    def bind(self, outputs: Mapping[str, NDArray[Any]]) -> Binding:
        """A way to run that writes `outputs` into the given arrays, which must fit exactly."""
        return Binding(self._session, outputs)


def outline(network: onnx.ModelProto) -> Session:
    """What onnxruntime says of a file whose large weights are inputs (`skeleton`), for little.

    Nothing is optimised, so nothing folded. Raises ModelError where it cannot load the file.
    """
    message = as_message(network)
    if message is None:
        raise ModelError("onnxruntime cannot load the model: {0}", Sentence("it is over 2 GB"))
    return Session(message, optimize=False, threads=1)


class Binding:
    """Runs a session into arrays that stay the same: no allocation, no copy. For one thread."""

    def __init__(self, session: ort.InferenceSession, outputs: Mapping[str, NDArray[Any]]) -> None:
        self._session = session
        self._arrays = tuple(outputs.values())
        self._binding = session.io_binding()
        for name, array in outputs.items():
            self._binding.bind_output(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)

    def run(self, feeds: Tensors, *, monitor: Monitor = SILENT) -> None:
        """Fills the arrays; raises DataError where feeds or outputs do not fit, Cancelled."""
        with _running(monitor) as options:
            # onnxruntime asks for this entry at every bound run; one that is missing costs 0.1 ms.
            options.add_run_config_entry("gpu_graph_id", "-1")
            fed = {name: np.ascontiguousarray(array) for name, array in feeds.items()}
            for name, array in fed.items():
                # By its place: given the array itself, the binding would hold it after the run.
                place = (array.dtype, array.shape, array.ctypes.data)
                self._binding.bind_input(name, "cpu", 0, *place)
            self._session.run_with_iobinding(self._binding, options)
            self._binding.clear_binding_inputs()


def _note_times(options: ort.SessionOptions, folder: Path) -> None:
    options.enable_profiling = True
    options.profile_file_prefix = str(folder / "profile")
    options.optimized_model_filepath = str(folder / _OPTIMIZED)
    place = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{place}_file_name", "constants")
    options.add_session_config_entry(f"{place}_min_size_in_bytes", "1024")


@contextmanager
def _running(monitor: Monitor) -> Iterator[ort.RunOptions]:
    """Options of one run that `monitor.cancel` ends; its failures in our words."""
    options = ort.RunOptions()
    options.log_severity_level = _SILENT_SEVERITY

    def stop() -> None:
        options.terminate = True

    with monitor.stopping(stop):
        try:
            yield options
        except Exception as error:
            if monitor.cancelled:
                raise Cancelled from error
            raise DataError("onnxruntime cannot run the model: {0}", refusal(error)) from error


def _values(output: Any) -> NDArray[Any]:
    """An array as it is; a sequence `[length, ...]` where its parts are alike, else `[count]`."""
    match output:
        case np.ndarray():
            return output
        case dict():
            return np.asarray(list(output.values()))
        case list() if output:
            parts = [_values(part) for part in output]
            alike = len({part.shape for part in parts}) == 1
            return np.stack(parts) if alike else np.concatenate([part.ravel() for part in parts])
        case _:
            return np.asarray([] if output is None else output)


def _port(value: ort.NodeArg) -> Port:
    return Port(value.name, value.type, tuple(value.shape))


@contextmanager
def _loadable(model: onnx.ModelProto | Path | bytes) -> Iterator[str | bytes]:
    """A path or bytes onnxruntime accepts; a message over 2 GB goes through a temporary folder."""
    if isinstance(model, bytes):
        yield model
    elif isinstance(model, Path):
        with native(model, lambda: model_files(model)[1:]) as name:
            yield name
    elif (message := as_message(model)) is not None:
        yield message
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            write_model(model, path)
            yield str(path)


@cache
def multiplies_exactly() -> bool:
    """Whether this CPU multiplies uint8 by int8 without saturating sums of pairs in int16.

    Without VNNI onnxruntime adds two products in int16; 255 * 127 * 2 does not fit.
    """
    rows, columns = 16, 64
    weight = helper.make_tensor(
        "w",
        TensorProto.INT8,
        [columns, rows],
        np.full(columns * rows, 127, np.int8).tobytes(),
        raw=True,
    )
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["x", "w"], ["y"])],
        "probe",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [1, columns])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [1, rows])],
        [weight],
    )
    opset = helper.make_opsetid("", 13)
    session = Session(helper.make_model(graph, opset_imports=[opset], ir_version=8), threads=1)
    product = session.run({"x": np.full((1, columns), 255, np.uint8)})["y"]
    return bool(np.all(product == 255 * 127 * columns))


@cache
def packs_two_bits() -> bool:
    """Whether onnxruntime multiplies by weights that are packed in 2 bits (MatMulNBits)."""
    sizes: dict[str, Any] = {"K": 16, "N": 1, "bits": 2, "block_size": 16}
    node = helper.make_node("MatMulNBits", ["x", "b", "s"], ["y"], domain="com.microsoft", **sizes)
    graph = helper.make_graph(
        [node],
        "probe",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 16])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])],
        [
            helper.make_tensor("b", TensorProto.UINT8, [1, 1, 4], np.full(4, 0b11, np.uint8)),
            helper.make_tensor("s", TensorProto.FLOAT, [1, 1], np.ones(1, np.float32)),
        ],
    )
    opsets = [helper.make_opsetid("", 13), helper.make_opsetid("com.microsoft", 1)]
    try:
        session = Session(helper.make_model(graph, opset_imports=opsets, ir_version=8), threads=1)
        product = session.run({"x": np.ones((1, 16), np.float32)})["y"]
    except QuantError:
        return False
    return float(product[0, 0]) == 4 * 1 + 12 * -2
