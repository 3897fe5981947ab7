"""The flags that say what decides how good a result is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quantengine.verdict.judge import Judge


def add_judge_flag(parser: argparse.ArgumentParser) -> None:
    """Which figure of the outputs decides."""
    parser.add_argument(
        "--judge",
        default="worst",
        metavar="WHAT",
        help="the figure of the outputs that ranks and keeps: dB of the worst slice (channels of "
        "one kind), pooled, or of an output or slice by its name; or task, the figure of what the "
        "outputs are for, where that is certain (default worst)",
    )
    add_task_flag(parser)


def add_task_flag(parser: argparse.ArgumentParser) -> None:
    """What the outputs are for."""
    parser.add_argument(
        "--task",
        metavar="NAME",
        help="what the outputs are for (default: guessed, and said): classification, detection, "
        "segmentation, text, embedding, sequence or dense",
    )


def chosen_judge(args: argparse.Namespace) -> Judge:
    """What the flags ask for; raises PlanError for a name that is no task."""
    from quantengine.verdict.judge import Judge
    from quantengine.verdict.tasks.registry import task_named

    if args.task is not None:
        task_named(args.task)
    return Judge(args.judge, args.task)
