"""Tables of text: columns of numbers, with the lines that are none named."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantengine.data.dataset import Array
from quantengine.errors import DataError
from quantengine.files import ordinary

_SEPARATORS = ",;\t|"
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?"})
_WHOLE = 2**53
_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_POINT = re.compile(r"[+-]?[\d,]*\.\d+(e[+-]?\d+)?", re.IGNORECASE)
_MOST_CELLS = 100_000
"""Of a line; a cell takes twenty times the memory of its text."""


@dataclass(frozen=True)
class TextColumns:
    """Columns in order: numbers (int64 where all are whole, NaN where one is missing), or texts."""

    path: Path
    numbers: dict[str, Array]
    texts: dict[str, Array]
    text_at: dict[str, str]
    """Of a column of texts: what stands where a number was looked for."""
    decimal_commas: bool = False
    """Whether commas were read as decimal points."""


def read_columns(path: Path) -> TextColumns:
    """Columns by the names of the first line, by places from 0 where it holds numbers.

    Raises DataError for a file that is no table, and for a line with more or fewer cells.
    """
    names, lines, commas = _cells(path)
    found = TextColumns(path, {}, {}, {}, commas)
    for place, name in enumerate(names):
        cells = [cells[place].strip() for _, cells in lines]
        wrong = next((k for k, cell in enumerate(cells) if _number(cell) is None), None)
        if wrong is None:
            found.numbers[name] = _array(cells)
        else:
            found.texts[name] = np.array(cells, np.str_)
            found.text_at[name] = f"'{cells[wrong]}' in line {lines[wrong][0]}"
    return found


_Lines = list[tuple[int, list[str]]]


def _cells(path: Path) -> tuple[list[str], _Lines, bool]:
    """Names of columns, the number of each line with its cells, whether commas were points."""
    try:
        with ordinary(path).open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            stream.seek(0)
            separator = _separator(path, first)
            reader = csv.reader(_lines(path, stream, separator), delimiter=separator)
            lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError("{0} cannot be read as a table ({1})", path.name, error) from error
    if not lines:
        raise DataError("{0} is empty: a table needs a line for each sample", path.name)
    wide = len(lines[0][1])
    for number, cells in lines:
        if len(cells) != wide:
            raise DataError(
                "line {0} of {1} holds {2} cells where the first line holds {3}: it was cut off, "
                "or a text with separators needs quotes",
                number,
                path.name,
                len(cells),
                wide,
            )
    commas = _has_decimal_commas(separator, lines)
    if commas:
        lines = [(number, list(map(_with_point, cells))) for number, cells in lines]
    if all(_number(cell) is not None for cell in lines[0][1]):
        return [str(place) for place in range(wide)], lines, commas
    names = [cell.strip() for cell in lines[0][1]]
    if twice := next((name for name, count in Counter(names).items() if count > 1), None):
        raise DataError(
            "{0} has several columns '{1}': give each a name of its own", path.name, twice
        )
    if len(lines) == 1:
        raise DataError("{0} holds names of columns and no line of numbers", path.name)
    return names, lines[1:], commas


def _has_decimal_commas(separator: str, lines: _Lines) -> bool:
    """Whether numbers have commas that can be nothing else, and none has a point."""
    if separator == ",":
        return False
    cells = [cell.strip() for _, row in lines for cell in row]
    if any(_POINT.fullmatch(cell) for cell in cells):
        return False
    numbers = (cell for cell in cells if _COMMA.fullmatch(cell))
    return any(not _THOUSANDS.fullmatch(cell) for cell in numbers)


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if _COMMA.fullmatch(cell.strip()) else cell


def _lines(path: Path, stream: Iterable[str], separator: str) -> Iterator[str]:
    """Raises DataError for one of too many cells, before they are made."""
    for number, line in enumerate(stream, 1):
        if line.count(separator) >= _MOST_CELLS:
            raise DataError(
                "line {0} of {1} holds over {2} cells: store so many numbers as .npy",
                *(number, path.name, f"{_MOST_CELLS:,}"),
            )
        yield line


def _separator(path: Path, first: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    apart = first.strip().split(";")
    if len(apart) > 1 and all(_number(_with_point(cell)) is not None for cell in apart):
        return ";"
    return max(_SEPARATORS, key=first.count)


def _number(cell: str) -> float | None:
    if cell.strip().lower() in _MISSING:
        return math.nan
    try:
        return float(cell)
    except ValueError:
        return None


def _array(cells: Sequence[str]) -> Array:
    values = np.array([_number(cell) for cell in cells], np.float64)
    whole = bool(np.all(np.abs(values) < _WHOLE))  # NaN is none
    written = not any(part in cell.lower() for cell in cells for part in ".e")
    return values.astype(np.int64) if whole and written else values
