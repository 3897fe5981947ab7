"""What `analyze --ranges` shows: who chose the range of each activation, and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.chosen_ranges import ChosenRange


def range_table(found: Sequence[ChosenRange]) -> RenderableType:
    """Range and dB of each, what a descent made of the error, and what is to be said of it."""
    from quantengine.cli.table import Column, decibels, number, short, table

    head = (
        Column("tensor", text=True),
        Column("method", text=True),
        Column("low"),
        Column("high"),
        Column("dB"),
        Column("error before", rank=1),
        Column("after", rank=1),
        Column("steps", rank=2),
        Column("", text=True, rank=3),
    )
    rows = [
        (
            short(each.tensor),
            each.method,
            number(each.choice.low),
            number(each.choice.high),
            decibels(each.sqnr_db),
            *_descent(each),
            each.choice.note or "",
        )
        for each in found
    ]
    return table(head, rows)


def _descent(each: ChosenRange) -> tuple[str, str, str]:
    from quantengine.cli.table import number

    if each.choice.descent is None:
        return "", "", ""
    loss = each.choice.descent.loss
    return number(float(loss[0])), number(float(loss[-1])), str(loss.size - 1)
