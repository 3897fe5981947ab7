"""Data opened for the inputs of a model."""

from __future__ import annotations

from pathlib import Path

import onnx

from quantengine.data.dataset import Dataset, class_count
from quantengine.data.input import Input, with_batch_axes
from quantengine.data.loop import Made
from quantengine.data.options import DataOptions
from quantengine.data.streams import open_samples
from quantengine.errors import DataError
from quantengine.graph.missing import asks_for_nan
from quantengine.graph.model import FloatModel
from quantengine.graph.states import guessed_loops
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.loops import load_loops_beside
from quantengine.opening.check import check_on_data
from quantengine.opening.reference import reference_session
from quantengine.runtime import Tensors
from quantengine.sentence import Sentence


def model_inputs(model: FloatModel) -> tuple[Input, ...]:
    """What the model takes, in the words of the data room.

    Raises DataError for an input that is no array.
    """
    for name, kind in model.inputs.items():
        if kind.element == onnx.TensorProto.UNDEFINED:
            raise DataError(
                "input '{0}' of {1} takes a sequence or a map, which cannot be fed here: begin "
                "the network behind the nodes that make arrays of it",
                name,
                model.path.name,
            )
    takes_nan = asks_for_nan(model.proto)
    return with_batch_axes(
        Input(name, onnx.helper.tensor_dtype_to_np_dtype(kind.element), kind.shape, takes_nan)
        for name, kind in model.inputs.items()
    )


def loop_note(model: FloatModel) -> Sentence | None:
    """That inputs look like states, and how to say so; None where none does."""
    found = guessed_loops(model)
    if not found:
        return None
    flags = " ".join(f"--loop {name}={made}" for name, made in found.items())
    return Sentence(
        "Inputs look like states that outputs feed back: with {0} samples are sequences; now the "
        "data feeds each by itself.",
        flags,
    )


def _made(model: FloatModel) -> list[Made]:
    return [
        Made(name, onnx.helper.tensor_dtype_to_np_dtype(kind.element), kind.shape)
        for name, kind in model.outputs.items()
        if kind.element != onnx.TensorProto.UNDEFINED
    ]


def open_model_data(
    model: FloatModel,
    path: Path | str,
    options: DataOptions | None = None,
    *,
    monitor: Monitor = SILENT,
) -> Dataset:
    """The samples at `path` for the inputs of `model`, which is compared with its file on four.

    Raises DataError where they do not fit, ModelError where what opening made of the file gives
    something else than the file. Who opens data is about to observe: the loops load meanwhile.
    """
    dataset = opened_data(model, path, options, monitor=monitor)
    load_loops_beside()
    check_on_data(model, dataset, monitor=monitor)
    return dataset


def opened_data(
    model: FloatModel,
    path: Path | str,
    options: DataOptions | None = None,
    *,
    monitor: Monitor = SILENT,
) -> Dataset:
    """The same, compared with nothing: for a model that was compared elsewhere."""
    first, options = next(iter(model.outputs.values()), None), options or DataOptions()
    classes = class_count(first.shape) if first is not None and first.is_float else None
    inputs = model_inputs(model)
    said = None if options.loops else loop_note(model)
    if said is not None:
        monitor.say(said)

    def run(feeds: Tensors) -> Tensors:
        """Loaded only where samples are sequences, which need it."""
        return reference_session(model).run(feeds, monitor=monitor)

    return open_samples(path, inputs, _made(model), options, run, classes=classes, monitor=monitor)
