"""The curve of `quantengine sweep --bits ... --finetune`, as a table and a plot of characters."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.asked import asked
from quantengine.cli.finetune import need_torch
from quantengine.cli.training_options import training_settings
from quantengine.counted import counted
from quantengine.csv_file import write_csv
from quantengine.monitor import Monitor
from quantengine.printable import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.work.width_curve import WidthCurve

_MARKS = {"plain": "o", "recovered": "+", "fine-tuned": "*"}
_TITLES = {
    "accuracy": "top-1 in %",
    "agreement": "agreement in %",
    "judged_db": "output dB",
    "own": "metric",
    "equal": "equal in %",
}
_ROWS = 12
_CELL = 7


def curve_answer(args: argparse.Namespace, monitor: Monitor) -> Answer:
    """Measures plain, recovered and fine-tuned at each width."""
    from quantengine.verdict.figures import doubts
    from quantengine.work.width_curve import width_curve

    need_torch()
    settings = training_settings(args, args.finetune)
    # The curve observes for itself: without the samples that judge.
    work, _ = asked(args, monitor, observe=False)
    found = width_curve(work, bits=args.bits, settings=settings, monitor=monitor)
    if args.csv is not None:
        write_csv(args.csv, found.to_rows())
    said = doubts(*(point.effect for point in found.points))
    words = (_summary(found, args.stats), *said)
    return Answer(found.to_json() | work.taken_json, (_table(found), "", plot(found), "", *words))


def _table(found: WidthCurve) -> RenderableType:
    from quantengine.cli.table import Column, decibels, number, share, table

    rows = [
        (
            str(point.bits),
            point.stage,
            decibels(point.effect.judged_db),
            "" if point.effect.agreement is None else share(point.effect.agreement),
            "" if point.effect.accuracy is None else share(point.effect.accuracy),
            "" if point.effect.own is None else number(point.effect.own.candidate),
        )
        for point in found.points
    ]
    head = (
        Column("bits"),
        Column("stage", text=True),
        Column("output dB"),
        Column("agreement"),
        Column("top-1"),
        Column("metric"),
    )
    return table(head, rows)


def plot(found: WidthCurve) -> str:
    """Top-1 (else agreement, else output dB) against width, in characters."""
    from quantengine.work.width_curve import quality

    name, values = quality(found.points)
    factor = 1 if name in ("judged_db", "own") else 100
    pairs = zip(found.points, values, strict=True)
    known = [(point, factor * value) for point, value in pairs if not math.isnan(value)]
    if not known:
        return "There is no figure to draw: " + (found.points[0].effect.missing or "no point") + "."
    low, high = min(v for _, v in known), max(v for _, v in known)
    span = high - low or 1.0
    widths = sorted({point.bits for point in found.points})
    grid = [[" "] * (_CELL * len(widths)) for _ in range(_ROWS)]
    for point, found_value in known:
        row = round((high - found_value) / span * (_ROWS - 1))
        column = widths.index(point.bits) * _CELL + _CELL // 2 + list(_MARKS).index(point.stage) - 1
        grid[row][column] = _MARKS[point.stage]
    lines = [f"{_TITLES[name]}; {', '.join(f'{mark} {stage}' for stage, mark in _MARKS.items())}"]
    for place, cells in enumerate(grid):
        level = high - span * place / (_ROWS - 1)
        lines.append(f"{level:7.1f} |{''.join(cells).rstrip()}")
    lines.append(" " * 8 + "+" + "-" * (_CELL * len(widths)))
    lines.append(" " * 9 + "".join(f"{width:^{_CELL}}" for width in widths) + "bits")
    return "\n".join(lines)


def _summary(found: WidthCurve, stats: Path | None) -> str:
    if stats is None:
        return f"Judged on {counted(found.samples, 'sample')} that taught nothing."
    return (
        f"Judged on {counted(found.samples, 'sample')} that were not trained with; the statistics "
        f"of {printable(str(stats))} may have seen them."
    )
