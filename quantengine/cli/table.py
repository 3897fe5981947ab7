"""Tables that stay readable: plain lines, long names shortened in the middle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

LONGEST_NAME = 40
_PIPE_WIDTH = 200
_GAP = "..."


def console(stream: TextIO) -> Console:
    """A console on `stream`: colours on a terminal only, never markup from names."""
    from rich.console import Console

    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(
        file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False
    )


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str | None = None,
    left: Sequence[int] = (0,),
) -> Table:
    """A table with a line under its head; the columns `left` are text, the others numbers."""
    from rich import box
    from rich.table import Table

    found = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, name in enumerate(columns):
        found.add_column(
            name,
            justify="left" if place in left else "right",
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in rows:
        found.add_row(*row)
    return found


def short(name: str, longest: int = LONGEST_NAME) -> str:
    """`name` with its middle left out where it is long, and without what no terminal should get."""
    clean = printable(name)
    if len(clean) <= longest:
        return clean
    tail = (longest - len(_GAP) + 1) // 2
    return clean[: longest - len(_GAP) - tail] + _GAP + clean[-tail:]


def printable(text: str) -> str:
    """`text` on one line, control characters shown as `?`."""
    return "".join(c if c.isprintable() else "?" for c in text)


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


def size(count: float) -> str:
    """Bytes in the unit that reads best."""
    for unit in ("B", "kB", "MB"):
        if abs(count) < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"
