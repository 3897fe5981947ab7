"""Data opened for the inputs of a model."""

from __future__ import annotations

from pathlib import Path

import onnx

from quantengine.data.dataset import Dataset, class_count
from quantengine.data.input import Input, with_batch_axes
from quantengine.data.open import open_data
from quantengine.data.options import DataOptions
from quantengine.errors import DataError
from quantengine.graph.missing import asks_for_nan
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.loops import load_loops_beside
from quantengine.opening.check import check_on_data


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
    first = next(iter(model.outputs.values()), None)
    classes = class_count(first.shape) if first is not None and first.is_float else None
    dataset = open_data(path, model_inputs(model), options, classes=classes, monitor=monitor)
    load_loops_beside()
    check_on_data(model, dataset, monitor=monitor)
    return dataset
