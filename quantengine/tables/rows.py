"""Encodings as plain rows, a row for each scale."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from quantengine.formats.dtype import IntegerType
from quantengine.formats.granularity import InBlocks, granularity_named, planned
from quantengine.graph.model import FloatModel
from quantengine.record import Misread
from quantengine.tables.entry import GivenGrid, Reading
from quantengine.tables.listing import Listing
from quantengine.tables.source import Source
from quantengine.tables.table import Table, Written

_NAMES = ("tensor", "role", "dtype", "granularity", "axis", "index", "scale", "zero_point")
_NEEDED = ("tensor", "dtype", "scale", "zero_point")
Row = dict[str, str]


def _write(listing: Listing, _: str) -> Written:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow((*_NAMES, "low", "high"))
    for name, encoding in listing.entries():
        role = "activation" if name in listing.activations else "weight"
        axis = getattr(encoding.granularity, "axis", "")
        kind = str(planned(encoding.granularity))
        arrays = (encoding.scale, encoding.zero_point, encoding.low, encoding.high)
        columns = zip(*(array.ravel().tolist() for array in arrays), strict=True)
        for index, numbers in enumerate(columns):
            writer.writerow((name, role, str(encoding.dtype), kind, axis, index, *numbers))
    return Written(stream.getvalue(), tuple(listing.changed()))


def _recognises(source: Source) -> bool:
    if source.data is not None or not source.lines:
        return False
    return set(_NEEDED) <= set(source.lines[0].split(","))


def _read(source: Source, _: FloatModel) -> Reading:
    """Raises Misread or PlanError where a row is none."""
    found: dict[str, list[Row]] = {}
    try:
        for row in csv.DictReader(io.StringIO(source.text.lstrip())):
            found.setdefault(row["tensor"], []).append(row)
    except csv.Error as error:
        raise Misread(f"it is no table ({error})") from error
    return Reading(tuple(_grids(found)))


def _grids(found: dict[str, list[Row]]) -> Iterator[GivenGrid]:
    for name, rows in found.items():
        place, first = f"{name:.40}", rows[0]
        try:
            scales = tuple(float(row["scale"]) for row in rows)
            zeros = tuple(int(row["zero_point"]) for row in rows)
            axis = int(first["axis"]) if first.get("axis") else None
        except (TypeError, ValueError) as error:
            raise Misread(f"{place}: a scale and a zero point are needed") from error
        kind = granularity_named(first.get("granularity") or "tensor")
        block = kind.size if isinstance(kind, InBlocks) else None
        dtype = IntegerType.parse(first["dtype"] or "")
        yield GivenGrid(name, dtype, scales, zeros, axis, block)


CSV = Table("csv", "a row for each scale", _write, read=_read, recognises=_recognises)
