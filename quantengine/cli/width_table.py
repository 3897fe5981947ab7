"""The table of `quantengine sweep --table`: scales and widths against what is done for them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.asked import asked
from quantengine.cli.finetune import need_torch
from quantengine.cli.training_options import training_settings
from quantengine.counted import counted
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.verdict.verdict import Verdict
    from quantengine.work.width_table import WidthTable


def table_answer(args: argparse.Namespace, monitor: Monitor) -> Answer:
    """Calibrated and recovered; trained too where that is asked for."""
    from quantengine.work.width_table import width_table

    settings = None
    if args.finetune is not None:
        need_torch()
        settings = training_settings(args, args.finetune)
    work, _ = asked(args, monitor, observe=False)
    found = width_table(work, settings=settings, trains=settings is not None, monitor=monitor)
    said = f"Judged on {counted(found.samples, 'sample')} that taught nothing."
    return Answer(found.to_json() | work.taken_json, (_table(found), "", said))


def _table(found: WidthTable) -> RenderableType:
    from quantengine.cli.table import Column, table

    stages = list(dict.fromkeys(cell.stage for cell in found.cells))
    known = {(cell.row, cell.stage): cell for cell in found.cells}
    rows = [
        (
            f"per {granularity}",
            f"W{weights}A{activations}",
            *(_figures(known[(granularity, weights, activations), s].effect) for s in stages),
        )
        for granularity, weights, activations in dict.fromkeys(cell.row for cell in found.cells)
    ]
    head = (Column("scales", text=True), Column("bits", text=True), *map(Column, stages))
    return table(head, rows)


def _figures(effect: Verdict) -> str:
    """Of the task or the classes where there are some, and dB."""
    from quantengine.cli.table import decibels, share

    shares = (effect.accuracy, effect.agreement)
    first = next((share(each) for each in shares if each is not None), "")
    return f"{first} {decibels(effect.judged_db)} dB".strip()
