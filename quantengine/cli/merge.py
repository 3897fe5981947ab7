"""`quantengine merge`: statistics of shards of the data as one."""

from __future__ import annotations

import argparse
from functools import reduce

from quantengine.cli.answer import Answer
from quantengine.cli.calibrate import told
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.monitor import Monitor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "stats", type=file_name, nargs="+", metavar="STATS.npz", help="files from calibrate"
    )
    parser.add_argument(
        "-o", "--output", type=file_name, required=True, metavar="ALL.npz", help="file to write"
    )
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.observe.table import merge
    from quantengine.observe.table_file import read_table, write_table
    from quantengine.traps.masks import masked

    tables = [read_table(path) for path in monitor.track(args.stats, "Reading")]
    merged = reduce(merge, tables)
    monitor.check()
    write_table(merged, args.output)
    return told(merged, args.output, list(masked(merged)))
