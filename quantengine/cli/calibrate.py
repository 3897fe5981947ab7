"""`quantengine calibrate`: statistics of a model's tensors on data, kept in a file."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quantengine.cli.answer import Answer
from quantengine.cli.data_options import add_data_flags, add_work_flags, data_options
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.counted import counted
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.data.dataset import Dataset
    from quantengine.graph.model import FloatModel
    from quantengine.observe.statistics import TensorStats
    from quantengine.observe.table import CalibrationTable
    from quantengine.observe.tap import Tap
    from quantengine.traps.trap import Trap


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=file_name, metavar="MODEL", help="the float .onnx file")
    parser.add_argument(
        "-o", "--output", type=file_name, required=True, metavar="STATS.npz", help="file to write"
    )
    parser.add_argument(
        "--target",
        default="onnxruntime-cpu",
        metavar="NAME",
        help="observe what this target needs too: all tensors where it takes whole networks",
    )
    parser.add_argument(
        "--shard",
        type=_shard,
        metavar="K/N",
        help="every Nth sample alone, from the Kth on: one of N machines, whose files `merge` "
        "joins to what one machine gives",
    )
    parser.add_argument(
        "--on",
        type=_cluster,
        metavar="dask://HOST:PORT",
        help="the workers of a Dask cluster share the samples, which they see under the same path; "
        "as many at a time as they have threads",
    )
    parser.add_argument(
        "--observe-quantized",
        action="store_true",
        help="round the inputs of every layer while observing, as a plan with that flag asks",
    )
    add_data_flags(parser)
    add_work_flags(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.decisions import plan_taps
    from quantengine.observe.inputs import open_model_data
    from quantengine.observe.table_file import write_table
    from quantengine.opening.open import open_model
    from quantengine.targets import plan_for
    from quantengine.traps.registry import find_traps

    _refuse_both(args)
    model = open_model(args.model, compare=False, monitor=monitor)
    dataset = open_model_data(model, args.data, data_options(args), monitor=monitor)
    if args.shard is not None:
        dataset = _part(dataset, *args.shard)
    taps = plan_taps(model, plan_for(args.target))
    observe = _observed_here if args.on is None else _observed_there
    table = observe(args, model, dataset, taps, monitor)
    write_table(table, args.output)
    traps = find_traps(model, table)
    return told(table, args.output, traps)


def _refuse_both(args: argparse.Namespace) -> None:
    """Raises QuantError; and where dask is not there, before anything is read."""
    if args.on is None:
        return
    from quantengine.errors import QuantError

    import_module("quantengine.cluster.door")
    if args.shard is not None or args.workers is not None:
        raise QuantError(
            "With --on the cluster shares the samples, by the threads that its workers have: leave "
            "--shard and --workers out."
        )


def _observed_here(
    args: argparse.Namespace,
    model: FloatModel,
    dataset: Dataset,
    taps: Sequence[Tap],
    monitor: Monitor,
) -> CalibrationTable:
    from quantengine.observe.calibrate import calibrate

    return calibrate(
        model,
        dataset,
        taps,
        quantized_inputs=args.observe_quantized,
        workers=args.workers,
        memory_bytes=args.memory,
        monitor=monitor,
    )


def _observed_there(
    args: argparse.Namespace,
    model: FloatModel,
    dataset: Dataset,
    taps: Sequence[Tap],
    monitor: Monitor,
) -> CalibrationTable:
    from quantengine.cluster.calibrate import Source, calibrate_on

    return calibrate_on(
        args.on,
        model,
        dataset,
        Source(args.data, data_options(args)),
        taps,
        quantized_inputs=args.observe_quantized,
        memory_bytes=args.memory,
        monitor=monitor,
    )


def _cluster(text: str) -> str:
    if not text.startswith("dask://") or not text.removeprefix("dask://"):
        raise argparse.ArgumentTypeError(f"'{text}' is no cluster, as dask://10.0.0.5:8786 is")
    return text


def _shard(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise argparse.ArgumentTypeError(f"'{text}' is no shard, as 3/16 is")
    return int(part), int(parts)


def _part(dataset: Dataset, shard: int, shards: int) -> Dataset:
    """Raises DataError where nothing is left for it."""
    from quantengine.errors import DataError

    if shard > len(dataset):
        raise DataError(
            "Shard {0} of {1} has no sample: there are {2}, so ask for no more shards than that.",
            *(shard, shards, len(dataset)),
        )
    return dataset.subset(slice(shard - 1, None, shards))


def told(table: CalibrationTable, path: Path, traps: Sequence[Trap]) -> Answer:
    """What was observed and written, and what was found in it."""
    from quantengine.printable import printable

    lines = map(printable, _lines(table, path, traps))
    return Answer(_data(table, path, traps), (stats_table(table), "", *lines))


def _data(table: CalibrationTable, path: Path, traps: Sequence[Trap]) -> dict[str, Any]:
    """A JSON object: what was observed, a summary of each tensor."""

    return {
        "stats": str(path),
        "model_sha256": table.model_hash,
        "data_hash": table.data_hash,
        "samples": len(table.samples),
        "arithmetic": [asdict(each) for each in table.arithmetic],
        "notes": _found(table, traps),
        "traps": [trap.to_json() for trap in traps],
        "tensors": [_tensor_data(table, stats) for stats in table.tensors.values()],
    }


def stats_table(table: CalibrationTable) -> RenderableType:
    """Range and mean of each tensor, and the sample that set each end."""
    from quantengine.cli.table import Column, number, short
    from quantengine.cli.table import table as make_table

    rows = []
    for stats in table.tensors.values():
        lowest, highest = _extreme_samples(table, stats)
        rows.append(
            (
                short(stats.name),
                number(stats.low),
                number(stats.high),
                number(stats.mean),
                short(lowest or "-", 28),
                short(highest or "-", 28),
                str(stats.sentinel_count or ""),
                str(stats.nan_count + stats.inf_count or ""),
            )
        )
    head = (
        Column("tensor", text=True),
        Column("low"),
        Column("high"),
        Column("mean", rank=1),
        Column("lowest in", text=True, rank=2),
        Column("highest in", text=True, rank=2),
        Column("masked"),
        Column("NaN, inf"),
    )
    return make_table(head, rows)


def _lines(table: CalibrationTable, path: Path, traps: Sequence[Trap]) -> list[str]:
    """What was written, and which tensors hold values that their ranges leave out."""

    samples = counted(len(table.samples), "sample")
    lines = [f"{path}: {counted(len(table.tensors), 'tensor')} over {samples}."]
    lines += [
        f"'{stats.name}' has {stats.nan_count} NaN and {stats.inf_count} infinite values, which "
        "its range leaves out."
        for stats in _not_numbers(table.tensors.values())
    ]
    return [*lines, *_found(table, traps)]


def _found(table: CalibrationTable, traps: Sequence[Trap]) -> list[str]:
    """What is to be known before ranges are chosen: of the samples first."""
    from quantengine.observe.arithmetic import mixed
    from quantengine.observe.coverage import few_samples
    from quantengine.observe.set_aside import set_aside

    few = few_samples(table, table.tensors)
    unlike = mixed(table.arithmetic)
    return [
        *few,
        *([] if unlike is None else [unlike]),
        *set_aside(table.tensors.values()),
        *(trap.text for trap in traps),
    ]


def _not_numbers(tensors: Iterable[TensorStats]) -> list[TensorStats]:
    return [stats for stats in tensors if stats.nan_count or stats.inf_count]


def _tensor_data(table: CalibrationTable, stats: TensorStats) -> dict[str, Any]:

    lowest, highest = _extreme_samples(table, stats)
    return {
        "name": stats.name,
        "shape": stats.shape,
        "low": float(stats.low),
        "high": float(stats.high),
        "mean": float(stats.mean),
        "lowest_in": lowest,
        "highest_in": highest,
        "nan": stats.nan_count,
        "inf": stats.inf_count,
        "masked": stats.sentinel_count,
        "moved": None if math.isnan(moved := stats.movement) else moved,
    }


def _extreme_samples(table: CalibrationTable, stats: TensorStats) -> tuple[str | None, str | None]:
    """The names of the samples with the smallest and the largest value."""
    import numpy as np

    low, high = stats.sample_low, stats.sample_high
    if not np.any(np.isfinite(low)):
        return None, None
    return table.samples[int(np.nanargmin(low))], table.samples[int(np.nanargmax(high))]
