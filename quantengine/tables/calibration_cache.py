"""What onnxruntime's calibration found (write_calibration_table, save_tensors_data), read only."""

from __future__ import annotations

from typing import Any

from quantengine.graph.model import FloatModel
from quantengine.record import Misread
from quantengine.sentence import Sentence
from quantengine.tables.entry import GivenRange, Reading
from quantengine.tables.listing import about
from quantengine.tables.source import Source, items, numbers
from quantengine.tables.table import Table

_WORD, _ENDS = "CLS", ("lowest", "highest")


def _recognises(source: Source) -> bool:
    parts = source.parts
    if parts.get(_WORD) == "TensorsData":
        return True
    return bool(parts) and all(_is_tensor(each) for each in parts.values())


def _is_tensor(stored: object) -> bool:
    return isinstance(stored, dict) and stored.get(_WORD) == "TensorData"


def _read(source: Source, _: FloatModel) -> Reading:
    """Raises Misread where an entry is none."""
    data = source.parts
    found, left = [], []
    for name, each in items(data.get("data", data), "data"):
        place = f"data.{name:.40}"
        stored = dict(items(each, place))
        if not all(end in stored for end in _ENDS):
            left.append(name)
            continue
        low, high = (_ends(stored[end], place) for end in _ENDS)
        if len(low) == len(high) == 1:
            found.append(GivenRange(name, low[0], high[0]))
        else:
            left.append(name)
    told = Sentence("These have no two ends, or some for each channel, and are not taken: {0}.")
    return Reading(tuple(found), about(told, left))


def _ends(stored: Any, place: str) -> tuple[float, ...]:
    """Of an array as it is written there, or of a number."""
    found = numbers(stored.get("data") if isinstance(stored, dict) else stored, place)
    if not found:
        raise Misread(f"{place}: a number is needed")
    return found


CALIBRATION_CACHE = Table(
    "onnxruntime-cache",
    "ranges that onnxruntime's calibration found",
    read=_read,
    recognises=_recognises,
)
