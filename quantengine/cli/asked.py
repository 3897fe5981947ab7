"""What the flags ask for: a work and a recipe, the start of every command."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quantengine.cli.data_options import add_data_flags, add_work_flags, data_options
from quantengine.cli.judge_options import add_judge_flag, chosen_judge
from quantengine.cli.output_file import write_json
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.cli.plan_options import add_plan_flags, chosen_plan
from quantengine.cli.recover_options import add_recover_flag, chosen_recipe
from quantengine.counted import counted
from quantengine.monitor import Monitor
from quantengine.printable import printable

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.graph.model import FloatModel
    from quantengine.metric.metric import Metric
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.work.candidate import Candidate
    from quantengine.work.recipe import Recipe
    from quantengine.work.saved_plan import NamedMetric, SavedPlan
    from quantengine.work.work import Work


def add_analysis_flags(parser: argparse.ArgumentParser, probes: int = 32) -> None:
    """The model and everything `asked` reads."""
    add = parser.add_argument
    add("model", type=file_name, metavar="MODEL", help="the float .onnx file")
    add("--stats", type=file_name, metavar="STATS.npz", help="from calibrate, instead of observing")
    add(
        "--probes",
        type=int,
        default=probes,
        metavar="N",
        help=f"samples the analysis runs on, evenly spaced over the data (default {probes})",
    )
    add("--csv", type=file_name, metavar="FILE", help="write the rows as CSV")
    add_recover_flag(parser)
    add_judge_flag(parser)
    add_data_flags(parser)
    add_plan_flags(parser)
    add_work_flags(parser)
    add_output_flags(parser, json_file=True)


def add_work_of_model_flags(parser: argparse.ArgumentParser) -> None:
    """What `asked` reads where data may be left out and no recipe or judge is part of it."""
    add_data_flags(parser, required=False)
    add_plan_flags(parser)
    add_work_flags(parser)
    add_output_flags(parser)


def asked(
    args: argparse.Namespace,
    monitor: Monitor,
    *,
    observe: bool = True,
    admit: Callable[[Work], None] | None = None,
) -> tuple[Work, Recipe | None]:
    """Opens model and data; the recipe is None where neither flags nor the plan say one.

    Without `observe` the statistics are those of a file, or None. `admit` sees model and plan
    before data is read, and may raise. Raises QuantError where something is unusable.
    """
    from quantengine.observe.inputs import open_model_data
    from quantengine.opening.open import open_model
    from quantengine.work.recipe import Recipe
    from quantengine.work.work import Work, observed

    chosen, judge = chosen_plan(args, monitor), chosen_judge(args)
    _tell_metric(args.plan, chosen.judged_by, judge.metric, monitor)
    recipe = chosen_recipe(args.recover, chosen.recipe)
    if args.encodings is not None and recipe is None:
        recipe = Recipe()  # scales of another tool are held as they are
    # Opening data compares the model with its file on that, so that made-up inputs are not needed.
    model = open_model(args.model, compare=args.data is None, monitor=monitor)
    plan, taken = _with_table(model, chosen.plan, args.encodings, monitor)
    planned = Work(model, plan, taken=taken)
    _ = planned.decisions  # a pattern without a match is said before data is read
    if admit is not None:
        admit(planned)
    dataset = None
    if args.data is not None:
        dataset = open_model_data(model, args.data, data_options(args), monitor=monitor)
    table = None if args.stats is None else _statistics(args.stats, dataset, monitor)
    work = replace(planned, dataset=dataset, table=table, judge=judge)
    if not observe:
        return work, recipe
    return observed(work, workers=args.workers, memory_bytes=args.memory, monitor=monitor), recipe


def _with_table(
    model: FloatModel, plan: QuantPlan, path: Path | None, monitor: Monitor
) -> tuple[QuantPlan, dict[str, Any]]:
    """The plan with what a table of another tool says, and what came of that as JSON."""
    if path is None:
        return plan, {}
    from quantengine.tables.taken_in import take_in

    found = take_in(model, plan, path)
    monitor.say(
        printable(
            f"{path.name} ({found.format}): ranges of {counted(found.activations, 'activation')} "
            f"and scales of {counted(found.weights, 'weight')} taken."
        )
    )
    for note in found.notes:
        monitor.say(printable(f"Note: {note}"))
    return found.plan, {"file": str(path), **found.to_json()}


def _tell_metric(
    plan: Path, saved: NamedMetric | None, given: Metric | None, monitor: Monitor
) -> None:
    """A metric that a plan names is never run before somebody gives its file."""
    if saved is None or (given is not None and given.digest == saved.sha256):
        return
    told = f"'{saved.name}' of {saved.file} (SHA-256 {saved.sha256[:12]})"
    if given is None:
        way = f"give --metric {saved.file}:{saved.name} to judge by it again"
    else:
        way = "which is not the metric given now"
    monitor.say(printable(f"What {plan.name} holds was decided by {told}: {way}."))


def asked_candidate(args: argparse.Namespace, monitor: Monitor) -> Candidate:
    """What is to be analyzed: what `quantize` would write with these flags."""
    from quantengine.work.make import make

    work, recipe = asked(args, monitor)
    return make(work, recipe, monitor=monitor)


def save_plan(
    args: argparse.Namespace, candidate: Candidate, saved: SavedPlan | None = None
) -> None:
    """Writes what `--plan` reads (None: what makes the candidate again), and what came of it."""
    from quantengine.work.found import found_json

    if args.save_plan is not None:
        found = found_json(candidate) if args.with_encodings else {}
        write_json(args.save_plan, (saved or candidate.saved).to_json() | found)


def _statistics(path: Path, dataset: Dataset | None, monitor: Monitor) -> CalibrationTable:
    """The statistics of a file, with a word where the data was prepared otherwise."""
    from quantengine.data.preprocessing import same_preparation
    from quantengine.observe.table_file import read_table

    table = read_table(path)
    prepared = None if dataset is None else dataset.describe()["preprocessing"]
    if dataset is not None and not same_preparation(table.preprocessing, prepared):
        monitor.say(
            f"{path.name} was made with other preprocessing than the data has here, so that its "
            "ranges may not fit: give the same data options, or calibrate anew."
        )
    return table
