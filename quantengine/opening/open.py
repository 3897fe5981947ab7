"""Opening a model, compared with its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from quantengine.graph.load import open_model as load_model
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.check import check_on_seeds
from quantengine.opening.types import asked_types


def open_model(
    path: Path | str, *, fold: bool = True, compare: bool = True, monitor: Monitor = SILENT
) -> FloatModel:
    """The model as `graph.load` opens it, compared with the file on made-up inputs.

    Opening data for it compares once more, on the data: who is about to do so need not `compare`.
    Types that inference does not find are asked of onnxruntime. Raises ModelError also where a
    rewrite at load changes what the file computes, naming the node.
    """
    model = load_model(path, fold=fold, ask=asked_types, monitor=monitor)
    notes = check_on_seeds(model, monitor=monitor) if compare else []
    for note in notes:
        monitor.say(note)
    return replace(model, notes=(*model.notes, *notes)) if notes else model
