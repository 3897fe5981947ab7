"""What `analyze --chain` shows: one value of a layer on codes, number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.integer_chain import IntegerChain


def chain_parts(chain: IntegerChain) -> list[RenderableType]:
    """Where the value lies, the first codes, and a line for each number."""
    from quantengine.cli.table import Column, number, table
    from quantengine.printable import printable

    codes = ", ".join(" x ".join(map(str, pair)) for pair in chain.codes)
    head = (Column("what", text=True), Column("formula", text=True), Column("value"))
    rows = [
        (
            str(link.said),
            link.formula,
            str(link.value) if isinstance(link.value, int) else number(link.value, 7),
        )
        for link in chain.links
    ]
    where = ", ".join(map(str, chain.place))
    title = f"{chain.layer} ({chain.operator}), {chain.sample}, value at [{where}]"
    return [printable(title), f"First codes: {codes}", table(head, rows)]
