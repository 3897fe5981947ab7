"""A long drawing in columns beside each other; wires climb from one to the next between them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .wiring import Point, Wiring

_LONG, _GAP, _SHAPE = 24, 0.6, 0.5
"""Rows that are wrapped, boxes between two columns, and width to height of the whole in boxes."""
_NEAREST, _ROOM = 0.3, 0.4
"""From the middle of a row to where wires lie below or above it, and the rows these take."""


def wrapped(wiring: Wiring) -> Wiring:
    """About as wide as a page is high."""
    places = wiring.places.values()
    rows = 1 + max((y for _, y in places), default=0.0)
    across = 1 + _GAP + max((x for x, _ in places), default=0.0)
    columns = max(round(math.sqrt(_SHAPE * rows / across)), 1)
    if rows < _LONG or columns == 1:
        return wiring
    columned = _Columns(math.ceil(rows / columns), across)
    lines = columned.led([wire.points for wire in wiring.wires])
    return Wiring(
        {key: columned.moved(at) for key, at in wiring.places.items()},
        wiring.operators,
        tuple(replace(wire, points=line) for wire, line in zip(wiring.wires, lines, strict=True)),
    )


@dataclass(frozen=True)
class _Columns:
    """Of `high` rows; from one to the next it is `across`, in boxes."""

    high: int
    across: float

    def moved(self, at: Point) -> Point:
        column = self._column(at)
        return at[0] + column * self.across, at[1] - column * self.high

    def led(self, lines: Sequence[tuple[Point, ...]]) -> Iterable[tuple[Point, ...]]:
        """The lines moved, with the corners that lead from column to column."""
        lanes = self._lanes(lines)
        for number, line in enumerate(lines):
            points = [self.moved(line[0])]
            for place, (start, end) in enumerate(pairwise(line)):
                if (number, place) in lanes:
                    points += self._corners(start, end, lanes[number, place])
                points.append(self.moved(end))
            yield tuple(points)

    def _lanes(self, lines: Sequence[tuple[Point, ...]]) -> dict[tuple[int, int], float]:
        """Where in its gap a line climbs, from 0 to 1: what comes from further left goes around."""
        crossing: defaultdict[int, list[tuple[float, int, int]]] = defaultdict(list)
        for number, line in enumerate(lines):
            for place, (start, end) in enumerate(pairwise(line)):
                if self._column(start) != self._column(end):
                    crossing[self._column(start)].append((-start[0], number, place))
        return {
            (number, place): (rank + 1) / (len(found) + 1)
            for found in crossing.values()
            for rank, (_, number, place) in enumerate(sorted(found))
        }

    def _corners(self, start: Point, end: Point, lane: float) -> list[Point]:
        """Down below its column, over to the gap, up, and over to above where it goes on."""
        (left, last), (right, first) = self.moved(start), self.moved(end)
        gap = self._column(end) * self.across - 0.5 - _GAP * (1 - lane)
        below, above = last + _NEAREST + _ROOM * lane, first - _NEAREST - _ROOM * (1 - lane)
        return [(left, below), (gap, below), (gap, above), (right, above)]

    def _column(self, at: Point) -> int:
        return int(at[1] // self.high)
