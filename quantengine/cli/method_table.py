"""What `analyze --methods` shows: what each range method comes to, and the best for each tensor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.method_map import MethodMap, MethodRow


def method_parts(found: MethodMap) -> Iterator[RenderableType]:
    """Activations, then weights: a line a method, and a line a tensor."""
    from quantengine.analyze.method_map import ACTIVATIONS, WEIGHTS

    for role in (ACTIVATIONS, WEIGHTS):
        if found.of(role):
            yield from ("", _methods(found, role), "", _tensors(found, role))


def _methods(found: MethodMap, role: str) -> RenderableType:
    from quantengine.cli.table import Column, decibels, short, table

    head = (
        Column(f"{role}, method", text=True),
        Column("best for"),
        Column("of", rank=1),
        Column("dB, middle"),
        Column("behind best, middle"),
        Column("at worst"),
        Column("layer", text=True),
    )
    rows = [
        (
            each.method,
            str(each.best),
            str(each.tried),
            *map(decibels, (each.db, each.behind_db, each.worst_behind_db)),
            short(each.worst),
        )
        for each in found.sums(role)
    ]
    return table(head, rows)


def _tensors(found: MethodMap, role: str) -> RenderableType:
    from quantengine.cli.table import Column, short, table

    head = (
        Column(f"{role}, tensor", text=True),
        Column("type", text=True),
        Column("in use", text=True),
        Column("dB"),
        Column("best", text=True),
        Column("dB"),
        Column("minmax dB", rank=1),
    )
    rows = [(short(row.tensor), row.dtype, *_ends(row, found.methods)) for row in found.of(role)]
    return table(head, rows)


def _ends(row: MethodRow, methods: tuple[str, ...]) -> tuple[str, ...]:
    from quantengine.cli.table import decibels

    known = dict(zip(methods, row.db, strict=True))
    best = "" if row.best is None else methods[row.best]
    used = row.used or "by hand"
    levels = [decibels(known.get(name)) for name in (used, best, "minmax")]
    return used, levels[0], best, *levels[1:]
