"""`quantengine sensitivity`: what each layer does to the result, quantized alone or left float."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.output_file import write_json
from quantengine.cli.prepared import add_analysis_flags, prepare, write_csv
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.sensitivity import Sensitivity


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_analysis_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.analyze.sensitivity import sensitivity
    from quantengine.resolve import resolve_plan

    ready = prepare(args, monitor)
    resolution = resolve_plan(ready.model, ready.plan, ready.table, monitor=monitor)
    found = sensitivity(ready.model, resolution, ready.dataset, limit=args.probes, monitor=monitor)
    if args.csv is not None:
        write_csv(args.csv, found.to_rows())
    if args.save_plan is not None:
        write_json(args.save_plan, ready.plan.to_json())
    return Answer(found.to_json(), (_table(found), "", _summary(found)))


def _table(found: Sensitivity) -> RenderableType:
    from quantengine.cli.table import Column, decibels, printable, share, table

    rows = [
        (
            layer.name,
            printable(layer.operator),
            decibels(layer.alone.sqnr_db),
            "" if layer.alone.agreement is None else share(layer.alone.agreement),
            decibels(layer.without.sqnr_db),
            "" if layer.without.agreement is None else share(layer.without.agreement),
            f"{layer.gain_db:+.1f}",
        )
        for layer in found.ranked
        if layer.quantized
    ]
    head = (
        Column("layer, worst first", text=True),
        Column("operator", text=True),
        Column("alone dB"),
        Column("agreement", rank=2),
        Column("all but it dB"),
        Column("agreement", rank=1),
        Column("gain dB"),
    )
    return table(head, rows)


def _summary(found: Sensitivity) -> str:
    from quantengine.cli.table import decibels, printable

    text = f"All layers: {decibels(found.everything.sqnr_db)} dB on {found.samples} samples."
    quantized = [layer for layer in found.layers if layer.quantized]
    if not quantized:
        return f"{text} No layer is quantized, so none changes the result."
    best = max(quantized, key=lambda layer: layer.gain_db)
    return (
        f"{text} Keeping '{printable(best.name)}' float changes that by {best.gain_db:+.1f} dB, "
        "more than any other layer."
    )
