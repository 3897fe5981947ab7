"""TensorRT's calibration cache, of versions up to 10: lines of a name and a scale."""

from __future__ import annotations

import re
import struct

from quantengine.formats.dtype import INT8
from quantengine.graph.model import FloatModel
from quantengine.record import Misread
from quantengine.tables.entry import GivenGrid, Reading
from quantengine.tables.grid import half_width
from quantengine.tables.listing import Listing
from quantengine.tables.source import Source
from quantengine.tables.symmetric import other_widths, widened, without_weights
from quantengine.tables.table import Table, Written

_STEPS = INT8.half_steps
_HEAD, _WORD = "TRT-", re.compile(r"[0-9a-fA-F]{1,8}")


def _write(listing: Listing, _: str) -> Written:
    lines = ["TRT-8601-EntropyCalibration2"]
    for name, encoding in listing.activations.items():
        scale = float(half_width(encoding)) / _STEPS
        lines.append(f"{name}: {struct.pack('>f', scale).hex()}")
    notes = (*widened(listing), *without_weights(listing), *other_widths(listing))
    return Written("\n".join([*lines, ""]), notes)


def _recognises(source: Source) -> bool:
    return source.data is None and source.text.startswith(_HEAD)


def _read(source: Source, _: FloatModel) -> Reading:
    """Raises Misread or PlanError where a line is none."""
    found = []
    for place, line in enumerate(source.lines[1:], 2):
        name, mark, word = line.rpartition(": ")
        if not mark or not name or _WORD.fullmatch(word) is None:
            raise Misread(f"line {place}: a name, a colon and eight hexadecimal digits are needed")
        (scale,) = struct.unpack(">f", bytes.fromhex(word.zfill(8)))
        found.append(GivenGrid(name, INT8, (scale,), (0,)))
    return Reading(tuple(found))


TENSORRT = Table(
    "tensorrt",
    "a calibration cache of TensorRT (up to version 10)",
    _write,
    read=_read,
    recognises=_recognises,
)
