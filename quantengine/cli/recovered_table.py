"""What `analyze --recovery` shows: what recovery did to each layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.recover.seen import LayerSeen


def recovered_table(found: Sequence[LayerSeen]) -> RenderableType:
    """A line a layer; nothing where recovery left something of it alone."""
    from quantengine.cli.table import Column, short, table

    if not found:
        return "Recovery changed no weight, code or bias of a layer."
    head = (
        Column("layer", text=True),
        Column("channels fill of the widest"),
        Column("mean shift of the output"),
        Column("weights a code up"),
        Column("down"),
        Column("further", rank=1),
    )
    rows = [
        (
            short(each.layer),
            _pair(each.filled, "{:.1%}"),
            _pair(each.shift, "{:.2%}"),
            *("" if each.turned is None else f"{share:.1%}" for share in each.turned or (0, 0, 0)),
        )
        for each in found
    ]
    return table(head, rows)


def _pair(ends: tuple[float, float] | None, form: str) -> str:
    return "" if ends is None else " -> ".join(form.format(end) for end in ends)
