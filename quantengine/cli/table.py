"""Tables that stay readable: plain lines, long names shortened in the middle."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from quantengine.counted import counted
from quantengine.printable import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from quantengine.verdict.verdict import OutputFigure, Verdict

LONGEST_NAME, MOST_ROWS, MOST_LISTED = 40, 1000, 100
"""Of a name, a table, a list: what is over is counted, and in the JSON."""
_UNBOUNDED = 10_000
"""Columns of a console that is no terminal: whoever reads the file decides where to cut."""

_CUT = "..."
_GAP = 2
_SHORTEST_TEXT = 12
_HIDDEN_DB = 3.0
"""An output that is so much worse than all of them together is told by name."""

Cells = Sequence[Sequence[str]]


def console(stream: TextIO) -> Console:
    """A console on `stream`: colours on a terminal only, never markup from names."""
    from rich.console import Console

    width = None if stream.isatty() else _UNBOUNDED
    return Console(
        file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False
    )


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Text stands left and is shortened where the screen is narrow, numbers never are. `rank` above
    zero lets the column go before that, the highest first.
    """

    name: str
    text: bool = False
    rank: int = 0


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int = 0
) -> RenderableType:
    """A table that fits `width` (0: the terminal's), without columns that are empty.

    Of more than `MOST_ROWS` rows the first are shown, and how many were left out.
    """
    from rich import box
    from rich.console import Group
    from rich.table import Table

    whole = [tuple(row) for row in rows]
    cells = whole[:MOST_ROWS]
    width = width or screen_width()
    places = _kept_places(columns, cells, width)
    longest = _longest_texts(columns, cells, places, width)
    found = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, _GAP - 1, 0, 0))
    for place in places:
        column = columns[place]
        found.add_column(column.name, justify="left" if column.text else "right", no_wrap=True)
    for row in cells:
        found.add_row(*(short(row[place], longest[place]) for place in places))
    more = left_out(len(whole) - len(cells), "row")
    return found if more is None else Group(found, more)


def left_out(count: int, what: str) -> str | None:
    """That so many things are not shown, and where they are; None where none are."""
    return f"... and {counted(count, f'more {what}')}, which --json has." if count > 0 else None


def screen_width() -> int:
    """Columns of the terminal; no bound where stdout is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNBOUNDED


def _widths(columns: Sequence[Column], cells: Cells) -> list[int]:
    return [
        max(len(column.name), *(len(row[place]) for row in cells), 0)
        for place, column in enumerate(columns)
    ]


def _kept_places(columns: Sequence[Column], cells: Cells, width: int) -> list[int]:
    widths = _widths(columns, cells)
    places = [p for p in range(len(columns)) if not cells or any(row[p] for row in cells)]
    going = sorted((p for p in places if columns[p].rank), key=lambda p: -columns[p].rank)
    for place in going:
        if sum(widths[p] + _GAP for p in places) - _GAP > width:
            places.remove(place)
    return places


def _longest_texts(
    columns: Sequence[Column], cells: Cells, places: Sequence[int], width: int
) -> list[int]:
    """The length each cell may have: the longest text columns give way, a column at a time."""
    widths = _widths(columns, cells)
    texts = [p for p in places if columns[p].text]
    while texts and sum(widths[p] + _GAP for p in places) - _GAP > width:
        longest = max(texts, key=lambda p: widths[p])
        if widths[longest] <= _SHORTEST_TEXT:
            break
        widths[longest] -= 1
    return widths


def short(name: str, longest: int = LONGEST_NAME) -> str:
    """`name` with its middle left out where it is long, and without what no terminal should get."""
    clean = printable(name)
    if len(clean) <= longest:
        return clean
    tail = (longest - len(_CUT) + 1) // 2
    return clean[: longest - len(_CUT) - tail] + _CUT + clean[-tail:]


def number(value: float | None, digits: int = 4) -> str:
    """A number in a few digits; `-` where there is none."""
    if value is None or math.isnan(value):
        return "-"
    return f"{value:.{digits}g}"


def decibels(value: float | None) -> str:
    """dB with one decimal; `exact` where nothing differs."""
    if value is None or math.isnan(value):
        return "-"
    return "exact" if value == math.inf else f"{value:.1f}"


def share(value: float | None) -> str:
    """A share of 0..1 in percent."""
    return "-" if value is None else f"{100 * value:.2f} %"


def result(effect: Verdict) -> str:
    """The figures of the outputs that there are."""
    words = [] if math.isnan(effect.sqnr_db) else [_decibel_text(effect)]
    if effect.equal is not None:
        words.append(f"{share(effect.equal)} of the integers equal")
    words += own_texts(effect)
    return ", ".join(words) or "no figure"


def own_texts(effect: Verdict) -> list[str]:
    """A person's own figures, beside those of the float network."""
    return [
        f"{printable(name)} {number(each.candidate)} (float {number(each.reference)})"
        for name, each in effect.metric.items()
    ]


def _decibel_text(effect: Verdict) -> str:
    if effect.sqnr_db == math.inf:
        return "equal to the float model"
    worst, shown = effect.worst, f"{decibels(effect.sqnr_db)} dB"
    if worst is None or not effect.worst_db < effect.sqnr_db - _HIDDEN_DB:
        return shown
    return f"{shown} (the worst, {worst_text(worst)})"


def worst_text(worst: OutputFigure) -> str:
    """The worst output or slice by name, its dB, and what it lost."""
    figure = worst.sqnr_db if worst.db is None else worst.db
    lost = "" if worst.lost is None else f", {worst.lost}"
    return f"'{printable(worst.slice or worst.name)}' with {decibels(figure)} dB{lost}"


def size(count: float) -> str:
    """Bytes in the unit that reads best."""
    for unit in ("B", "kB", "MB"):
        if abs(count) < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"
