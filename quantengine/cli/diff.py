"""`quantengine diff`: where another tool's quantized file leaves the float network."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.data_options import add_data_flags, data_options
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.cli.report import add_language_flag, write_diff_html
from quantengine.counted import counted
from quantengine.csv_file import write_csv
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.diff.difference import Difference, LayerDifference, RangeFigures
    from quantengine.diff.joined import Joined

_SHOWN = 3
_WHOLE = 40
"""Rows of a table that is still read as a whole; of longer ones the worst are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("model", type=file_name, metavar="FLOAT", help="the float .onnx file")
    add("other", type=file_name, nargs="?", metavar="OTHER", help="the other, of any tool")
    add(
        "--dump",
        type=file_name,
        metavar="FOLDER",
        help="in place of OTHER: arrays that a device or another framework dumped, by name",
    )
    add(
        "--dump-map",
        type=file_name,
        metavar="FILE",
        help="JSON or CSV: which tensor each array of the dump is, scale and zero point of codes "
        "(default: map.json or map.csv in FOLDER)",
    )
    add("--stats", type=file_name, metavar="STATS.npz", help="from calibrate, instead of observing")
    add(
        "--probes",
        type=int,
        default=32,
        metavar="N",
        help="samples both run on, evenly spaced over the data (default 32)",
    )
    add(
        "--save-plan",
        type=file_name,
        metavar="PLAN.json",
        help="write ranges, types and granularity of OTHER as a plan for FLOAT",
    )
    add("--csv", type=file_name, metavar="FILE", help="write the rows as CSV")
    add("--html", type=file_name, metavar="FILE", help="write a page of all of it")
    add_language_flag(parser)
    add("--all", action="store_true", help="a line for each layer, in the order of the network")
    add_data_flags(parser)
    add_output_flags(parser, json_file=True)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.cli.dump import compared_dump
    from quantengine.errors import PlanError

    if (args.other is None) == (args.dump is None):
        raise PlanError("Give one of both: OTHER, a file, or --dump FOLDER.")
    if args.dump is None:
        return _compared_file(args, monitor)
    if args.save_plan is not None:
        raise PlanError("A dump holds values, no decisions: there is no plan to save.")
    return compared_dump(args, monitor)


def _compared_file(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.diff.compare import compare
    from quantengine.diff.joined import join
    from quantengine.diff.reading import read_other
    from quantengine.observe.inputs import open_model_data
    from quantengine.observe.table_file import read_table
    from quantengine.opening.open import open_model

    model = open_model(args.model, compare=False, monitor=monitor)
    data = open_model_data(model, args.data, data_options(args), monitor=monitor)
    table = None if args.stats is None else read_table(args.stats)
    joined = join(model, read_other(args.other, monitor=monitor), data, monitor=monitor)
    found = compare(joined, data, limit=args.probes, table=table, monitor=monitor)
    if args.csv is not None:
        write_csv(args.csv, found.to_rows(), monitor=monitor)
    write_diff_html(args, found)
    parts = _parts(found, every=args.all)
    if args.save_plan is not None:
        parts += _take_over(joined, args.save_plan)
    return Answer(found.to_json(), tuple(parts))


def _take_over(joined: Joined, path: Path) -> list[RenderableType]:
    """Writes what the file decided as a plan that does nothing beyond it."""
    from quantengine.cli.output_file import write_json
    from quantengine.diff.taken import take_over
    from quantengine.printable import printable
    from quantengine.work.recipe import Recipe
    from quantengine.work.saved_plan import SavedPlan

    taken = take_over(joined)
    write_json(path, SavedPlan(taken.plan, Recipe()).to_json())
    notes = [printable(f"Note: {note}") for note in taken.notes]
    return [*notes, printable(f"{path}: what {joined.other.file.path.name} decided, as a plan.")]


def _parts(found: Difference, *, every: bool) -> list[RenderableType]:
    from quantengine.printable import printable

    lines: list[RenderableType] = [_table(found, every=every), ""]
    lines += [printable(f"Note: {note}") for note in found.notes]
    left = found.unmatched
    for each in left[:_SHOWN]:
        lines.append(printable(f"Not found in the file: {each.layer} ({each.why})."))
    if len(left) > _SHOWN:
        lines.append(f"{len(left) - _SHOWN} more layers were not found in the file.")
    lines.append(_summary(found))
    first = found.first_bad
    if first is not None:
        lines.append(printable(f"It breaks first at {first.text}"))
    else:
        lines.append("No layer breaks.")
    lines += [printable(f"Also: {bad.text}") for bad in found.bad[1 : 1 + _SHOWN]]
    lines += [printable(f"Suspected: {bad.text}") for bad in found.suspected[:_SHOWN]]
    return lines


def _table(found: Difference, *, every: bool) -> RenderableType:
    from quantengine.cli.table import Column, table

    whole = every or len(found.layers) <= _WHOLE
    rows = found.layers if whole else found.ranked[:_WHOLE]
    head = (
        Column("layer" if whole else "layer, worst first", text=True),
        Column("operator", text=True),
        Column("alone dB"),
        Column("ours dB"),
        Column("acc. dB"),
        Column("weights", text=True, rank=2),
        Column("W dB"),
        Column("its range", text=True),
        Column("ours", text=True, rank=1),
        Column("clipped", rank=3),
    )
    return table(head, [_row(row) for row in rows])


def _row(row: LayerDifference) -> tuple[str, ...]:
    from quantengine.cli.table import decibels, share
    from quantengine.printable import printable

    weights, found = row.weights, row.range
    kind = "" if weights is None else " ".join(filter(None, (weights.dtype, weights.granularity)))
    return (
        row.layer or row.tensor,
        printable(row.operator),
        decibels(row.local_db),
        decibels(row.ours_db),
        decibels(row.accumulated_db),
        kind,
        "" if weights is None else decibels(weights.db),
        "" if found is None else _range(found, ours=False),
        "" if found is None else _range(found, ours=True),
        share(found.clipped_share) if found is not None and found.clipped_share > 0 else "",
    )


def _range(found: RangeFigures, *, ours: bool) -> str:
    from quantengine.cli.table import number

    low, high = (found.ours_low, found.ours_high) if ours else (found.low, found.high)
    return f"{number(low, 3)} .. {number(high, 3)}"


def _summary(found: Difference) -> str:
    from quantengine.cli.table import result

    missing = f", {counted(len(found.unmatched), 'layer')} not found" if found.unmatched else ""
    return (
        f"Output on {counted(found.samples, 'sample')}: {result(found.output)}. "
        f"{counted(len(found.layers), 'value')} compared{missing}."
    )
