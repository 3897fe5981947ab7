"""`quantengine quantize`: from a float model and data to a quantized, verified file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.data_options import add_data_flags, add_work_flags
from quantengine.cli.output_file import add_file_flags, write_json
from quantengine.cli.parser import add_output_flags
from quantengine.cli.plan_options import add_plan_flags
from quantengine.cli.prepared import opened
from quantengine.cli.written import write_quantized
from quantengine.monitor import Monitor
from quantengine.recover.steps import STEPS

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.recover.report import Recovered


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_file_flags(parser)
    parser.add_argument(
        "--recover",
        metavar="STEPS",
        help="auto, quick (auto without rounding), none, or steps in order: "
        f"{','.join(STEPS)}; each is kept only if samples held out see no harm "
        "(bias:PATTERN: only these layers; default bias, where there is data and a layer that "
        "has one)",
    )
    add_data_flags(parser, required=False)
    add_plan_flags(parser)
    add_work_flags(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    model, plan, dataset, table = opened(args, monitor)
    recovered = _recovered(args, model, plan, table, dataset, monitor)
    written = write_quantized(
        model,
        plan,
        table,
        dataset,
        args.output,
        form=args.format,
        opset=args.opset,
        recovered=recovered,
        force=args.force,
        monitor=monitor,
    )
    if args.save_plan is not None:
        write_json(args.save_plan, plan.to_json())
    if args.report is not None:
        write_json(args.report, written.data())
    return Answer(written.data(), tuple(written.parts()))


def _recovered(
    args: argparse.Namespace,
    model: FloatModel,
    plan: QuantPlan,
    table: CalibrationTable | None,
    dataset: Dataset | None,
    monitor: Monitor,
) -> Recovered | None:
    """What `--recover` asks for, or the bias correction that costs little; None for nothing."""
    from quantengine.errors import DataError
    from quantengine.observe.taps import model_taps
    from quantengine.patterns import listed
    from quantengine.recover.auto import recover_plan
    from quantengine.recover.default import default_steps

    wanted = args.recover or ",".join(default_steps(model, plan, dataset))
    if wanted in ("", "none"):
        return None
    if dataset is None:
        raise DataError("--recover fits and checks its steps on data: give --data.")
    if not model_taps(model):
        return None
    words = listed(wanted)
    return recover_plan(model, plan, dataset, table, steps=words, monitor=monitor)
