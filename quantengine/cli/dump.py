"""What `diff --dump` says: where values that a device dumped leave the float network."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.data_options import data_options
from quantengine.cli.report import write_diff_html
from quantengine.counted import counted
from quantengine.csv_file import write_csv
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.diff.dump_result import DumpDifference, DumpRow

_SHOWN = 5


def compared_dump(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.diff.dump_map import map_beside, read_map
    from quantengine.diff.dumps import compare_dump
    from quantengine.observe.inputs import open_model_data
    from quantengine.observe.table_file import read_table
    from quantengine.opening.open import open_model

    model = open_model(args.model, compare=False, monitor=monitor)
    mapping = map_beside(args.dump) if args.dump_map is None else read_map(args.dump_map)
    data = open_model_data(model, args.data, data_options(args), monitor=monitor)
    table = None if args.stats is None else read_table(args.stats)
    found = compare_dump(model, args.dump, data, mapping=mapping, table=table, monitor=monitor)
    if args.csv is not None:
        write_csv(args.csv, found.to_rows(), monitor=monitor)
    write_diff_html(args, found)
    return Answer(found.to_json(), tuple(_parts(found)))


def _parts(found: DumpDifference) -> list[RenderableType]:
    from quantengine.printable import printable

    lines: list[RenderableType] = [_table(found), ""]
    lines += [printable(f"Note: {note}") for note in found.notes]
    lines += [printable(f"Not read: {name}: {why}.") for name, why in found.unread[:_SHOWN]]
    for words, names in (("Not in the model", found.unknown), ("Not dumped", found.missing)):
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            lines.append(printable(f"{words}: {', '.join(names[:_SHOWN])}{more}."))
    samples, values = counted(found.samples, "sample"), counted(len(found.rows), "value")
    lines.append(f"{values} compared on {samples}.")
    first = found.first_bad
    if first is None:
        lines.append("Nothing breaks." if found.rows else "Nothing could be compared.")
        return lines
    lines.append(printable(f"It breaks first at {first.text}"))
    if first.after:
        lines.append(printable(f"What it is made of is right: {', '.join(first.after)}."))
    lines += [printable(f"Also: {bad.text}") for bad in found.bad[1 : 1 + _SHOWN]]
    return lines


def _table(found: DumpDifference) -> RenderableType:
    from quantengine.cli.table import Column, table

    head = (
        Column("node", text=True),
        Column("operator", text=True),
        Column("tensor", text=True),
        Column("dumped as", text=True, rank=2),
        Column("acc. dB"),
        Column("ours dB"),
        Column("its values", text=True),
        Column("float", text=True, rank=1),
    )
    return table(head, [_row(row) for row in found.rows])


def _row(row: DumpRow) -> tuple[str, ...]:
    from quantengine.cli.table import decibels, number
    from quantengine.printable import printable

    dumped, floats = (row.low, row.high), (row.float_low, row.float_high)
    return (
        row.node or "",
        printable(row.operator),
        row.tensor,
        "" if row.dumped == row.tensor else row.dumped,
        *(decibels(x) for x in (row.db, row.ours_db)),
        *(f"{number(low, 3)} .. {number(high, 3)}" for low, high in (dumped, floats)),
    )
