"""Which layers are wanted in the table."""

from __future__ import annotations

from functools import cache

from ..rows import LayerRow, Runs
from .layer_columns import row_reason

ALL, BELOW, FLOAT, CHANGED = "all", "below", "float", "changed"
KINDS = (ALL, BELOW, FLOAT, CHANGED)


class LayerFilter:
    """`moving`: whether operators that only move values are shown where nothing is looked for.

    A Gather that reads a table of weights is a layer all the same.
    """

    def __init__(self) -> None:
        self.kind, self.moving, self.limit_db = ALL, False, 20.0
        self.words: list[str] = []
        self._rows: tuple[LayerRow, ...] = ()
        self._texts: list[str] | None = None
        self._runs, self._changed = Runs(), frozenset[str]()

    def take(self, rows: tuple[LayerRow, ...], runs: Runs, changed: frozenset[str]) -> None:
        if rows is not self._rows:
            self._texts = None
        self._rows, self._runs, self._changed = rows, runs, changed

    def set_text(self, text: str) -> None:
        self.words = text.casefold().split()

    def shown(self) -> list[bool]:
        """By row."""
        shown = self._listed() if not self.words else self._found()
        if self.kind == ALL:
            return shown
        return [a and b for a, b in zip(shown, self._of(self.kind), strict=True)]

    def counts(self) -> dict[str, int]:
        """How many layers there are of each kind."""
        listed = self._listed()
        return {k: sum(a and b for a, b in zip(listed, self._of(k), strict=True)) for k in KINDS}

    def _listed(self) -> list[bool]:
        if self.moving:
            return [True] * len(self._rows)
        return [counts_as_layer(row) for row in self._rows]

    def _found(self) -> list[bool]:
        if self._texts is None:
            self._texts = [_text(row) for row in self._rows]
        return [all(word in text for word in self.words) for text in self._texts]

    def _of(self, kind: str) -> list[bool]:
        rows, limit = self._rows, self.limit_db
        if kind == BELOW:
            levels = map(self._runs.errors.get, (row.name for row in rows))
            return [level is not None and level < limit for level in levels]
        if kind == FLOAT:
            return [row.reason is not None for row in rows]
        if kind == CHANGED:
            return [row.name in self._changed for row in rows]
        return [True] * len(rows)


def counts_as_layer(row: LayerRow) -> bool:
    """Whether it is more than an operator that only moves values."""
    return row.weight is not None or row.operator not in _moves()


@cache
def _moves() -> frozenset[str]:
    """Asked of the layers of an open model: an empty window does without the registry."""
    from quantengine.graph.operators.operator import Kind
    from quantengine.graph.operators.registry import OPERATORS

    return frozenset(name for name, known in OPERATORS.items() if known.kind is Kind.MOVE)


def _text(row: LayerRow) -> str:
    parts = (row.name, row.operator, row.weights, row.output_type, row.method, row_reason(row))
    return " ".join(part for part in parts if part).casefold()
