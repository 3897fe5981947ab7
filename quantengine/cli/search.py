"""`quantengine search`: widths of each layer that keep an error, a size or an accuracy."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.asked import add_analysis_flags, asked, save_plan
from quantengine.cli.parser import file_name
from quantengine.cli.report import add_html_flag, write_html
from quantengine.cli.written import chosen_lines
from quantengine.counted import counted
from quantengine.csv_file import write_csv
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.search.front import Front, FrontPoint

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_PROBES = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("search")
    limit = group.add_mutually_exclusive_group(required=True)
    limit.add_argument(
        "--target-sqnr",
        type=float,
        metavar="DB",
        help="the smallest model of that output SQNR",
    )
    limit.add_argument(
        "--max-bytes",
        type=_bytes,
        metavar="SIZE",
        help="the best model whose weights fit: 2MB, 500kB or bytes",
    )
    limit.add_argument(
        "--max-drop",
        type=float,
        metavar="POINTS",
        help="the smallest model that loses no more top-1 (agreement or equal integers where there "
        "are no labels) on the probes, of the figure that --judge names, or of --metric in its own "
        "unit: give --probes 200 or more",
    )
    group.add_argument(
        "--no-float", action="store_true", help="integers in every layer that can be quantized"
    )
    group.add_argument(
        "--checkpoint",
        type=file_name,
        metavar="FILE.json",
        help="written after each plan; if it is there, the search goes on from it, also to another "
        "limit",
    )
    add_analysis_flags(parser, _PROBES)
    add_html_flag(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.search.budget import Budget
    from quantengine.targets import target_named
    from quantengine.work.chosen import as_written
    from quantengine.work.search import search_widths

    budget = Budget(args.target_sqnr, args.max_bytes, args.max_drop)
    work, recipe = asked(args, monitor)
    widths = target_named(work.plan.target).widths
    found = search_widths(
        work,
        budget,
        widths=widths.without_float if args.no_float else widths,
        limit=args.probes,
        checkpoint=args.checkpoint,
        monitor=monitor,
    )
    if args.csv is not None:
        write_csv(args.csv, found.to_rows())
    chosen = as_written(work, found.chosen.plan, recipe, limit=args.probes, monitor=monitor)
    write_html(args, chosen.candidate, monitor, front=found)
    save_plan(args, chosen.candidate)
    data = found.to_json() | {"written": chosen.to_json()} | work.taken_json
    words = (*_words(args, found), *chosen_lines(chosen))
    return Answer(data, (_table(found), "", *words))


def _table(found: Front) -> RenderableType:
    from quantengine.cli.table import Column, table

    head = (
        Column("", text=True),
        Column("weights"),
        Column("of float"),
        Column("bit operations", rank=1),
        Column("predicted dB", rank=2),
        Column("output dB"),
        Column("agreement"),
        Column("drop"),
        Column("equal"),
        Column("metric"),
    )
    return table(head, [_row(found, point) for point in found.points])


def _row(found: Front, point: FrontPoint) -> tuple[str, ...]:
    from quantengine.cli.table import decibels, number, share, size

    operations = found.float_bit_operations
    return (
        "->" if point is found.chosen else "",
        size(point.bytes),
        f"{point.bytes / found.float_bytes:.0%}",
        f"{point.bit_operations / operations:.1%}" if operations else "",
        decibels(point.predicted_db),
        decibels(point.measured_db),
        "" if point.agreement is None else share(point.agreement),
        "" if point.drop is None else _drop_text(point),
        "" if point.equal is None else share(point.equal),
        "" if point.own is None else number(point.own.candidate),
    )


def _drop_text(point: FrontPoint) -> str:
    """In points, or in the unit of the metric."""
    return f"{point.drop:.2f}" if point.own is None else f"{point.drop:.4g}"


def _words(args: argparse.Namespace, found: Front) -> list[str]:
    from quantengine.cli.table import decibels, number, share, size

    chosen = found.chosen
    if chosen.own is not None:
        quality = f"metric {number(chosen.own.candidate)}"
    elif chosen.equal is None:
        quality = f"{decibels(chosen.measured_db)} dB"
    else:
        quality = f"{share(chosen.equal)} of the integers equal"
    words = [
        f"Chosen: weights {size(found.float_bytes)} -> {size(chosen.bytes)}, "
        f"{quality} on {counted(found.samples, 'sample')}."
    ]
    counts_samples = (chosen.agreement, chosen.equal) != (None, None) and chosen.own is None
    if args.max_drop is not None and counts_samples and 100 / found.samples > args.max_drop:
        tell = "tells" if found.samples == 1 else "tell"
        words.append(
            f"{counted(found.samples, 'sample')} {tell} drops {100 / found.samples:.2g} points "
            "apart: give more with --probes to see smaller ones."
        )
    if found.doubt is not None:
        words.append(found.doubt)
    if args.save_plan is None:
        words.append("Give --save-plan FILE to keep the plan, then quantize with --plan FILE.")
    return words


def _bytes(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?([kmg]?)b?", text.strip().lower())
    if match is None:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size: write 2MB, 500kB or 300000")
    return int(float(match[1]) * _UNITS[match[2]])
