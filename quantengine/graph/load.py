"""Opening a model."""

from __future__ import annotations

from pathlib import Path

from quantengine.errors import ModelError
from quantengine.graph.model import FloatModel
from quantengine.graph.normalise import normalise, quantized_reason
from quantengine.graph.read import read_model
from quantengine.graph.shapes import tensor_types
from quantengine.monitor import SILENT, Monitor


def open_model(path: Path | str, *, fold: bool = True, monitor: Monitor = SILENT) -> FloatModel:
    """The checked and normalised model; `fold` puts batch norms into the layers before them.

    `monitor.say` gets every note. Raises ModelError for whatever is no sound float model.
    """
    path = Path(path)
    source = read_model(path, monitor=monitor)
    proto = source.proto
    notes = normalise(proto, path)
    quantized = quantized_reason(proto)
    monitor.check()
    types, shape_notes = tensor_types(proto)
    notes += shape_notes
    if not any(value.name in types for value in proto.graph.output):
        raise ModelError(f"{path} has no outputs: export it again.")
    for note in notes:
        monitor.say(note)
    return FloatModel(proto, path, source.digest, source.file_bytes, types, tuple(notes), quantized)
