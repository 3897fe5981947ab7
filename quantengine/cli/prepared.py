"""What every analysis starts from: model, plan, data and statistics."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quantengine.cli.calibrate import collect
from quantengine.cli.data_options import add_data_flags, add_work_flags, data_options
from quantengine.cli.parser import add_output_flags
from quantengine.cli.plan_options import add_plan_flags, chosen_plan
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan


@dataclass(frozen=True, eq=False)
class Prepared:
    """The parts of an analysis; `table` is None where the plan needs no statistics."""

    model: FloatModel
    plan: QuantPlan
    dataset: Dataset
    table: CalibrationTable | None


def add_analysis_flags(parser: argparse.ArgumentParser, probes: int = 32) -> None:
    """The model and everything `prepare` reads."""
    add = parser.add_argument
    add("model", type=Path, metavar="MODEL", help="the float .onnx file")
    add("--stats", type=Path, metavar="STATS.npz", help="from calibrate, instead of observing")
    add(
        "--probes",
        type=int,
        default=probes,
        metavar="N",
        help=f"samples the analysis runs on, evenly spaced over the data (default {probes})",
    )
    add("--csv", type=Path, metavar="FILE", help="write the rows as CSV")
    add_data_flags(parser)
    add_plan_flags(parser)
    add_work_flags(parser)
    add_output_flags(parser, json_file=True)


def prepare(args: argparse.Namespace, monitor: Monitor, *, observe: bool = True) -> Prepared:
    """Opens model and data and collects statistics; raises QuantError where one is unusable.

    Without `observe` the statistics are those of a file, or None.
    """
    model, plan, dataset, table = opened(args, monitor, observe=observe)
    assert dataset is not None  # these commands ask for --data
    return Prepared(model, plan, dataset, table)


def opened(
    args: argparse.Namespace, monitor: Monitor, *, observe: bool = True
) -> tuple[FloatModel, QuantPlan, Dataset | None, CalibrationTable | None]:
    """Model, plan, data and statistics as the flags say; the last two None where not needed.

    Without `observe` the statistics are those of a file, or None.
    """
    from quantengine.graph.load import open_model as load_model
    from quantengine.observe.inputs import open_model_data
    from quantengine.opening.open import open_model
    from quantengine.resolve.resolve import plan_decisions

    plan = chosen_plan(args, monitor)
    # Opening data compares the model with its file on that, so that made-up inputs are not needed.
    read = open_model if args.data is None else load_model
    model = read(args.model, monitor=monitor)
    plan_decisions(model, plan)
    dataset = None
    if args.data is not None:
        dataset = open_model_data(model, args.data, data_options(args), monitor=monitor)
    wanted = observe or args.stats is not None
    table = statistics(args, model, plan, dataset, monitor) if wanted else None
    return model, plan, dataset, table


def statistics(
    args: argparse.Namespace,
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset | None,
    monitor: Monitor,
) -> CalibrationTable | None:
    """Statistics from the file or the data; None where plan or model need none."""
    from quantengine.errors import DataError
    from quantengine.observe.table import CalibrationTable
    from quantengine.observe.taps import model_taps

    if args.stats is not None:
        table = CalibrationTable.load(args.stats)
        if dataset is not None:
            _say_other_preparation(args.stats, table, dataset, monitor)
        return table
    if not _needs_ranges(model, plan):
        return None
    if not model_taps(model):
        return None
    if dataset is None:
        raise DataError(
            "Ranges of activations are chosen from data: give --data or --stats, or quantize "
            "weights only with --activations float."
        )
    return collect(model, dataset, args, monitor)


def _say_other_preparation(
    path: Path, table: CalibrationTable, dataset: Dataset, monitor: Monitor
) -> None:
    from quantengine.data.preprocessing import same_preparation

    if not same_preparation(table.preprocessing, dataset.describe()["preprocessing"]):
        monitor.say(
            f"{path.name} was made with other preprocessing than the data has here, so that its "
            "ranges may not fit: give the same data options, or calibrate anew."
        )


def _needs_ranges(model: FloatModel, plan: QuantPlan) -> bool:
    """Whether some activation is an integer, by the plan's default or by an override."""
    from quantengine.decisions import activation_plans
    from quantengine.graph.flow import integer_flow
    from quantengine.resolve.resolve import plan_decisions

    decisions = plan_decisions(model, plan)
    flow = integer_flow(model, decisions.kept_float, quantize_outputs=plan.quantize_outputs)
    found = activation_plans(flow, decisions).values()
    return any(tensor.integer is not None for tensor in found)


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """One line a row under the names of its parts; raises QuantError where that is not possible."""
    from quantengine.files import whole_file

    with whole_file(path) as beside, beside.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)
