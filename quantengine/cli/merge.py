"""`quantengine merge`: statistics of shards of the data as one."""

from __future__ import annotations

import argparse
from functools import reduce
from pathlib import Path

from quantengine.cli.answer import Answer
from quantengine.cli.calibrate import stats_table, table_data, table_lines
from quantengine.cli.parser import add_output_flags
from quantengine.monitor import Monitor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "stats", type=Path, nargs="+", metavar="STATS.npz", help="files from calibrate"
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="ALL.npz", help="file to write"
    )
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.observe.table import CalibrationTable, merge

    tables = [CalibrationTable.load(path) for path in monitor.track(args.stats, "Reading")]
    merged = reduce(merge, tables)
    monitor.check()
    merged.save(args.output)
    return Answer(
        table_data(merged, args.output),
        (stats_table(merged), "", *table_lines(merged, args.output)),
    )
