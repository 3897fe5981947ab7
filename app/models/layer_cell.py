"""What is drawn in one place of the table of layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..layer_tree import Module
from ..rows import LayerRow, Runs
from ..text import in_line, number
from .layer_columns import Column
from .layer_lines import is_known


@dataclass(frozen=True)
class Cell:
    """`level` in dB has a colour; `strength` as in Column; `folded` is None for a layer."""

    text: str = ""
    level: float | None = None
    strength: int | None = None
    stale: bool = False
    right: bool = False
    depth: int = 0
    folded: bool | None = None


def layer_cell(
    row: LayerRow, runs: Runs, column: Column, name: str | None, depth: int, stale: bool
) -> Cell:
    if name is not None:
        return Cell(in_line(name), depth=depth)
    value = column.of(row, runs)
    if column.is_own(row, runs) and value is not None:
        return Cell(in_line(number(value)), stale=stale, right=True)
    return _figure(column, value, stale)


def module_cell(
    module: Module,
    layers: Sequence[LayerRow],
    runs: Runs,
    column: Column,
    folded: bool,
    depth: int,
    stale: bool,
) -> Cell:
    """A folded module shows the worst of its layers."""
    if column.name == "name":
        text = f"{module.label} ({len(layers)})" if folded else module.label
        return Cell(in_line(text), depth=depth, folded=folded)
    if not folded:
        return Cell(in_line(module.label), depth=depth, folded=False)
    if column.worst is None:
        return Cell()
    known = [value for value in (column.of(row, runs) for row in layers) if is_known(value)]
    return _figure(column, column.worst(known), stale) if known else Cell()


def _figure(column: Column, value: Any, stale: bool) -> Cell:
    if value is None:
        return Cell()
    asks = column.strength is not None and is_known(value)
    return Cell(
        in_line(column.text(value)),
        level=value if column.sqnr and not stale else None,
        strength=column.strength(value) if asks and column.strength else None,
        stale=stale,
        right=column.right,
    )
