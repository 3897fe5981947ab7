"""Tables as CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quantengine.files import whole_file
from quantengine.monitor import SILENT, Monitor

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]], *, monitor: Monitor = SILENT) -> None:
    """One line a row under the names of its parts; raises QuantError where that is not possible.

    A text that a spreadsheet would compute gets an apostrophe before it; numbers stay numbers.
    """
    with (
        whole_file(path, monitor=monitor) as beside,
        beside.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream,
    ):
        writer = csv.DictWriter(stream, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def _cell(value: Any) -> Any:
    """As the row has it, or as a text that stays one."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_FORMULA) else value
