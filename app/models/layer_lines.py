"""Which lines the table of layers shows, in which order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..layer_tree import LayerTree, Module


class Line(NamedTuple):
    """A module or the place of a layer, and how deep it lies."""

    what: Module | int
    depth: int


def tree_lines(tree: LayerTree, wanted: Sequence[bool], folded: frozenset[str]) -> list[Line]:
    """Modules over the layers that are `wanted`; those without any are left out."""
    lines: list[Line] = []
    _add(lines, tree.children, 0, wanted, folded)
    return lines


def sorted_lines(values: Mapping[int, Any], *, descending: bool) -> list[Line]:
    """Layers alone, by what they are sorted by; those without a value come last."""
    known = [place for place, value in values.items() if is_known(value)]
    known.sort(key=values.__getitem__, reverse=descending)
    return [Line(p, 0) for p in (*known, *(p for p, v in values.items() if not is_known(v)))]


def is_known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _add(
    lines: list[Line],
    children: tuple[Module | int, ...],
    depth: int,
    wanted: Sequence[bool],
    folded: frozenset[str],
) -> None:
    for child in children:
        if isinstance(child, int):
            if wanted[child]:
                lines.append(Line(child, depth))
            continue
        place = len(lines)
        lines.append(Line(child, depth))
        if child.path in folded:
            if not any(wanted[place] for place in child.layers):
                lines.pop()
            continue
        _add(lines, child.children, depth + 1, wanted, folded)
        if len(lines) == place + 1:
            lines.pop()
