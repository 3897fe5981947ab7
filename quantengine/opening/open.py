"""Opening a model, compared with its file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from quantengine.graph.load import open_model as load_model
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.apart import compared_apart
from quantengine.opening.check import check_on_seeds, is_rewritten, keeps_double, was_double
from quantengine.opening.gate import Gate
from quantengine.opening.types import asked_types
from quantengine.sentence import Sentence

_KEPT = Sentence("float32 gives something else than this network in double: it stays double.")


def open_model(
    path: Path | str, *, fold: bool = True, compare: bool = True, monitor: Monitor = SILENT
) -> FloatModel:
    """The model as `graph.load` opens it, compared with the file on made-up inputs.

    Opening data for it compares once more, on the data: who is about to do so need not `compare`.
    Types that inference does not find are asked of onnxruntime. Raises ModelError also where a
    rewrite at load changes what the file computes, naming the node. A network in double that
    float32 computes otherwise is left as it is. A file that is not known to run in little time and
    memory is compared in a process that is ended where it takes too much.
    """
    gate = Gate()
    load = partial(load_model, path, fold=fold, ask=asked_types, monitor=monitor)
    model = load(admit=gate.admit)
    if not (is_rewritten(model) and (compare or was_double(model))):
        return model
    notes: list[str] = []
    if gate.light:
        double = keeps_double(model, monitor=monitor)
    else:
        found, double = compared_apart(model, fold=fold, monitor=monitor)
        notes += found if compare else []
    if double:
        model = load(keep_double=True)
        notes.insert(0, _KEPT)
    if compare and gate.light:
        notes += check_on_seeds(model, monitor=monitor)
    for note in notes:
        monitor.say(note)
    return replace(model, notes=(*model.notes, *notes)) if notes else model
