"""Which tensor of the model each dumped array is, as a person's file says it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quantengine.errors import DataError
from quantengine.files import ordinary
from quantengine.record import Misread, parsed, record

MAPS = ("map.json", "map.csv")
_MOST_BYTES = 16 << 20
_COLUMNS = ("dumped", "tensor")


@dataclass(frozen=True)
class Meant:
    """A tensor of the model, and how codes of a dump become real: (q - zero_point) * scale."""

    tensor: str
    scale: float | None = None
    zero_point: int = 0


def map_beside(folder: Path) -> Mapping[str, Meant]:
    """What `map.json` or `map.csv` in the folder of a dump says, else nothing; raises DataError."""
    found = (folder / name for name in MAPS)
    path = next((path for path in found if path.is_file()), None)
    return {} if path is None else read_map(path)


def read_map(path: Path) -> Mapping[str, Meant]:
    """By the name in the dump; raises DataError.

    JSON: `{"dumped": "tensor"}` or `{"dumped": {"tensor": .., "scale": .., "zero_point": ..}}`;
    else lines of these with commas between, a line of column names first.
    """
    try:
        if ordinary(path).stat().st_size > _MOST_BYTES:
            raise DataError("{0} holds over 16 MB: that is no mapping of names.", path.name)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError("{0} cannot be read ({1})", path.name, error) from error
    try:
        return _of_json(parsed(text)) if text.lstrip()[:1] == "{" else _of_lines(text)
    except Misread as error:
        raise DataError("{0} is no mapping of names: {1}.", path.name, error) from error


def _of_json(stored: object) -> dict[str, Meant]:
    found: Mapping[str, str | Meant] = record(dict[str, str | Meant], stored)
    return {name: Meant(each) if isinstance(each, str) else each for name, each in found.items()}


def _of_lines(text: str) -> dict[str, Meant]:
    found = {}
    rows = csv.DictReader(io.StringIO(text.lstrip()))
    try:
        if not {*_COLUMNS} <= {*(rows.fieldnames or ())}:
            raise Misread(f"its first line has no columns {' and '.join(_COLUMNS)}")
        for row in rows:
            scale, zero = row.get("scale") or None, row.get("zero_point") or 0
            real = None if scale is None else float(scale)
            found[row["dumped"]] = Meant(row["tensor"] or "", real, int(zero))
    except (csv.Error, ValueError) as error:
        raise Misread(str(error)) from error
    return found
