"""The flags that say what decides how good a result is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from quantengine.verdict.tasks.names import TASK_NAMES

if TYPE_CHECKING:
    from quantengine.metric.metric import Metric
    from quantengine.verdict.judge import Judge


def add_judge_flag(parser: argparse.ArgumentParser) -> None:
    """Which figure of the outputs decides."""
    parser.add_argument(
        "--judge",
        default="",
        metavar="WHAT",
        help="the figure of the outputs that ranks and keeps: dB of the worst slice (channels of "
        "one kind), pooled, or of an output or slice by its name; task, the figure of what the "
        "outputs are for, where that is certain, or one of them by name; metric, or a figure of it "
        "by name (default: metric where one is given, else worst)",
    )
    add_task_flag(parser)
    add_metric_flags(parser)


def add_task_flag(parser: argparse.ArgumentParser) -> None:
    """What the outputs are for."""
    parser.add_argument(
        "--task",
        metavar="NAME",
        help=f"what the outputs are for (default: guessed, and said): {', '.join(TASK_NAMES)}",
    )


def add_metric_flags(parser: argparse.ArgumentParser) -> None:
    """A person's own figure; naming its file here is the word that it may run."""
    parser.add_argument(
        "--metric",
        metavar="FILE.py[:NAME]",
        help="a figure of your own: a Python function metric(outputs, sample) or metric(reference, "
        "candidate, sample), outputs as arrays by name, that returns a number or a dict of some; "
        "higher is better unless metric.lower_is_better = True",
    )
    parser.add_argument(
        "--metric-limit",
        type=float,
        default=60.0,
        metavar="S",
        help="seconds the metric may take for a sample (default 60)",
    )


def chosen_metric(args: argparse.Namespace) -> Metric | None:
    """Raises MetricError where there is no such file."""
    from quantengine.metric.metric import Metric

    return None if args.metric is None else Metric(args.metric, args.metric_limit)


def chosen_judge(args: argparse.Namespace) -> Judge:
    """What the flags ask for; raises PlanError for a name that is no task."""
    from quantengine.verdict.judge import Judge
    from quantengine.verdict.tasks.registry import task_named

    if args.task is not None:
        task_named(args.task)
    return Judge(args.judge, args.task, chosen_metric(args))
