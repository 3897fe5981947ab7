"""`quantengine finetune`: train through the quantizer, then write a quantized, verified model."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.asked import asked, save_plan
from quantengine.cli.data_options import add_data_flags, add_work_flags
from quantengine.cli.judge_options import add_judge_flag
from quantengine.cli.output_file import add_file_flags, export_options, write_float, write_json
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.cli.plan_options import add_plan_flags
from quantengine.cli.report import write_html
from quantengine.cli.training_options import add_training_flags, training_settings
from quantengine.cli.written import written_data, written_parts
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.work.recipe import Recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_file_flags(parser)
    add = parser.add_argument
    add(
        "--recover",
        action="store_const",
        const="auto",
        help="first recover without training; samples it did not see (--held-out, default every "
        "fifth) then judge the training",
    )
    add(
        "--checkpoint",
        type=file_name,
        metavar="FILE.npz",
        help="written at each epoch and when stopped; if it is there, the run goes on from it",
    )
    add(
        "--save-model",
        type=file_name,
        metavar="FLOAT.onnx",
        help="save the trained float model, its weights on their grid; --save-plan is then its "
        "plan, and gives OUT.onnx again as nearly as range methods find the same scales",
    )
    add_judge_flag(parser)
    add_training_flags(parser)
    add_data_flags(parser)
    add_plan_flags(parser, method_flag="--range-method")
    add_work_flags(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.rewrite.on_grid import on_grid
    from quantengine.work.export import export_candidate
    from quantengine.work.make import make, trainable
    from quantengine.work.recipe import Recipe
    from quantengine.work.work import observed

    need_torch()
    work, decided = asked(args, monitor, observe=False)
    recipe = _recipe(args, decided)
    trainable(work, recipe, args.checkpoint)
    if not recipe.observes_itself:
        work = observed(work, workers=args.workers, memory_bytes=args.memory, monitor=monitor)
    candidate = make(work, recipe, checkpoint=args.checkpoint, monitor=monitor)
    report = export_candidate(candidate, args.output, export_options(args), monitor=monitor)
    data = written_data(candidate, report)
    write_html(args, candidate, monitor, written=report)
    saved = None
    if args.save_model is not None:
        tuned = on_grid(candidate.model, candidate.resolution.encodings)
        write_float(tuned.proto, args.save_model)
        saved = replace(candidate.saved, plan=candidate.resolution.plan, recipe=Recipe())
    save_plan(args, candidate, saved)
    if args.report is not None:
        write_json(args.report, data)
    return Answer(data, written_parts(candidate, report))


def _recipe(args: argparse.Namespace, decided: Recipe | None) -> Recipe:
    """The steps of a plan that was not trained are no start that was asked for."""
    from quantengine.work.recipe import Recipe

    saved = None if decided is None else decided.training
    steps = decided.steps if decided is not None and (args.recover or saved) else ()
    return Recipe(steps, training_settings(args, start=saved))


def need_torch() -> None:
    """Raises QuantError where torch is not installed."""
    import quantengine.finetune.pytorch  # noqa: F401 - raises where torch is missing
