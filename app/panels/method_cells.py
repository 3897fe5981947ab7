"""The table of methods against layers in words: what each cell says, and what columns come to."""

from __future__ import annotations

import math

from quantengine.analyze.method_map import ACTIVATIONS, MethodMap, MethodRow, MethodSum
from quantengine.ranges.registry import METHODS

from ..models.heat_rows import HeatCell, HeatRow
from ..outcome import Outcome
from ..text import NOTHING, decibel
from ..translation import tr, tr_engine

_FULL_DB = 6.0
"""What lies so far behind the best loses a whole bit; more is shaded no stronger."""
Columns = list[tuple[str, str]]


def heat_rows(outcome: Outcome, found: MethodMap, role: str) -> tuple[Columns, list[HeatRow]]:
    """Methods with a meaning for some tensor, in the order of the registry."""
    rows, sums = found.of(role), {each.method: each for each in found.sums(role)}
    places = [place for place, name in enumerate(found.methods) if name in sums]
    columns = [(found.methods[place], _column_tip(sums[found.methods[place]])) for place in places]
    short = dict(zip(outcome.tree.names, outcome.tree.short, strict=True))
    told = [_row(row, _name(outcome, row, short), found.methods, places) for row in rows]
    return [(tr("Layer"), ""), *columns], told


def summary(found: MethodMap, role: str) -> str:
    """Which method is the best most often, and which loses least where it loses most."""
    sums = found.sums(role)
    if not sums:
        return tr("No tensor of this kind has codes.")
    everywhere = [each for each in sums if each.tried == len(found.of(role))]
    safest = min(everywhere or sums, key=lambda each: each.worst_behind_db)
    text = tr("Best most often: {0}, {1} of {2}. Least behind at worst: {3}, by {4} dB ({5}).")
    first = sums[0]
    ends = safest.method, decibel(safest.worst_behind_db), safest.worst
    return text.format(first.method, first.best, len(found.of(role)), *ends)


def _column_tip(found: MethodSum) -> str:
    text = tr("Best for {0} of {1}; behind the best by {2} dB in the middle, {3} at worst ({4})")
    figures = decibel(found.behind_db), decibel(found.worst_behind_db), found.worst
    told = text.format(found.best, found.tried, *figures)
    return f"{tr_engine(METHODS[found.method].text)}\n{told}"


def _name(outcome: Outcome, row: MethodRow, short: dict[str, str]) -> str:
    """A tensor that no layer makes has its own."""
    node = outcome.flow.nodes.get(row.layer)
    made = node is not None and outcome.flow.owners.get(node.output) == row.tensor
    is_input = row.role == ACTIVATIONS and not made
    return row.tensor if is_input else short.get(row.layer, row.layer)


def _row(row: MethodRow, name: str, methods: tuple[str, ...], places: list[int]) -> HeatRow:
    tip = f"{row.layer}\n{row.tensor}, {row.dtype}"
    return HeatRow(name, tip, tuple(_cell(row, name, methods, place) for place in places))


def _cell(row: MethodRow, name: str, methods: tuple[str, ...], place: int) -> HeatCell:
    level, behind, best = row.db[place], row.behind[place], row.best
    method = methods[place]
    if level is None or behind is None or best is None:
        tip = tr("{0}: {1} has no meaning here").format(name, method)
        return HeatCell("", "", None, tip)
    text = tr("{0}, {1}: {2} dB, {3} behind {4}")
    if place == best:
        text = tr("{0}, {1}: {2} dB, the best")
    tip = text.format(name, method, decibel(level), decibel(behind), methods[best])
    shade = min(behind / _FULL_DB, 1.0)
    short = NOTHING if math.isinf(level) else f"{level:.0f}"
    used = method == row.used
    return HeatCell(decibel(level), short, shade, tip, place == best, used)
