"""Lines of text files: csv, tab separated, or a text a line."""

from __future__ import annotations

import csv
from pathlib import Path

from quantengine.errors import DataError
from quantengine.files import ordinary

_DELIMITERS = "\t,;"


def read_rows(path: Path) -> list[list[str]]:
    """The cells of each line that is not empty; raises DataError for what is no text."""
    try:
        text = ordinary(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError("{0} cannot be read as text ({1})", path.name, error) from error
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise DataError("{0} holds no line", path.name)
    delimiter = next((d for d in _DELIMITERS if all(d in line for line in lines)), None)
    if delimiter is None:
        return [[line] for line in lines]
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as error:
        raise DataError("{0} cannot be read as csv text ({1})", path.name, error) from error
