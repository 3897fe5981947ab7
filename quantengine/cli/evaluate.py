"""`quantengine evaluate`: a quantized model against its float original."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.data_options import add_data_flags, data_options
from quantengine.cli.judge_options import add_metric_flags, add_task_flag, chosen_metric
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.cli.report import add_language_flag
from quantengine.cli.task_figures import figure_rows, interval_line, of_samples
from quantengine.counted import counted
from quantengine.language import language
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.evaluate import Evaluation
    from quantengine.analyze.model_file import ModelFile
    from quantengine.data.dataset import Dataset


_SHOWN = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pair_flags(parser)
    parser.add_argument(
        "--worst",
        type=int,
        default=0,
        metavar="N",
        help="name the N samples that suffer most, and what both models say of them",
    )
    parser.add_argument(
        "--html",
        type=file_name,
        metavar="FILE",
        help="write a page: the figures, and these samples with pictures (default 8 of them)",
    )
    add_language_flag(parser)
    add_data_flags(parser)
    add_output_flags(parser)


def add_pair_flags(parser: argparse.ArgumentParser) -> None:
    """Both files, and what their outputs are judged by."""
    add = parser.add_argument
    add("reference", type=file_name, metavar="FLOAT", help="the float .onnx file")
    add("candidate", type=file_name, metavar="QUANTIZED", help="the quantized one")
    add("--threads", type=int, metavar="N", help="threads of each model (default: cores)")
    add_task_flag(parser)
    add_metric_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    worst = max(args.worst, 0) or (_SHOWN if args.html is not None else 0)
    found = evaluated(args, monitor, worst=worst)
    if args.html is not None:
        from quantengine.report.findings import Findings, against
        from quantengine.report.page import write_report

        title, said = against(args.candidate.name, args.reference.name), language(args.language)
        page = Findings(title, evaluation=found, command=args.command_line, language=said)
        write_report(args.html, page)
    return Answer(found.to_json(), (evaluation_table({"quantized": found}), "", *_lines(found)))


def evaluated(args: argparse.Namespace, monitor: Monitor, *, worst: int = 0) -> Evaluation:
    """What `evaluate` finds of both files."""
    from quantengine.analyze.evaluate import evaluate
    from quantengine.analyze.model_file import ModelFile

    metric = chosen_metric(args)
    reference = ModelFile.open(args.reference, threads=args.threads, monitor=monitor)
    candidate = ModelFile.open(args.candidate, threads=args.threads, monitor=monitor)
    dataset, truths = _labelled(args, reference, monitor)
    return evaluate(
        reference,
        candidate,
        dataset,
        task=args.task,
        metric=metric,
        truths=truths,
        worst=worst,
        monitor=monitor,
    )


def _labelled(
    args: argparse.Namespace, reference: ModelFile, monitor: Monitor
) -> tuple[Dataset, Mapping[str, object]]:
    """The data, and what is right for it where that is more than a class.

    Labels that were named are those of the task: classes stay with the data.
    """
    from quantengine.analyze.evaluate import task_of
    from quantengine.data.truth.open import open_truth
    from quantengine.monitor import SILENT

    options = data_options(args)
    if args.labels is not None:
        plain = replace(options, labels=None)
        dataset = reference.samples(args.data, plain)
        task = task_of(reference, dataset, args.task, SILENT)
        if task not in (None, "classification"):
            for note in dataset.notes:
                monitor.say(note)
            path = Path(args.labels)
            return dataset, open_truth(path, task, dataset.judged, args.data, monitor=monitor)
    return reference.samples(args.data, options, monitor=monitor), {}


def evaluation_table(found: Mapping[str, Evaluation]) -> RenderableType:
    """The reference and one or more candidates side by side; what does not apply is left out."""
    from quantengine.cli.table import Column, decibels, number, share, size, table

    candidates = tuple(each.verdict for each in found.values())
    sizes = (size(each.bytes_candidate) for each in found.values())
    rows = [
        *figure_rows(candidates),
        ("output SQNR dB", "", *(decibels(x.sqnr_db) for x in candidates)),
        ("output cosine", "", *(number(x.cosine, 6) for x in candidates)),
        ("file size", size(next(iter(found.values())).bytes_reference), *sizes),
    ]
    first = candidates[0]
    if first.worst is not None:
        worst = ("worst slice dB", "", *(decibels(x.worst_db) for x in candidates))
        rows.insert(-2, worst)
    if first.equal is not None:
        rows.insert(0, ("equal integers", "", *(share(x.equal) for x in candidates)))
    if first.agreement is not None:
        agreement = f"agreement{of_samples(first, 'agreement')}"
        rows.insert(0, (agreement, "", *(share(x.agreement) for x in candidates)))
    if first.accuracy_reference is not None:
        top1 = (
            f"top-1{of_samples(first, 'top1')}",
            share(first.accuracy_reference),
            *(share(x.accuracy) for x in candidates),
        )
        top5 = (
            f"top-5{of_samples(first, 'top5')}",
            share(first.top5_reference),
            *(share(x.top5) for x in candidates),
        )
        rows[:0] = [top1, top5]
    return table((Column("", text=True), *map(Column, ("float", *found))), rows)


def latency_line(found: Evaluation) -> str:
    """Both latencies and what they come to."""
    from quantengine.cli.table import number

    return (
        f"Latency of one sample: {number(found.latency_ms_reference)} ms float, "
        f"{number(found.latency_ms_candidate)} ms quantized ({found.speedup:.2f} x as fast)."
    )


def _lines(evaluation: Evaluation) -> list[str]:
    from quantengine.cli.table import decibels, worst_text
    from quantengine.observe.coverage import uncovered
    from quantengine.printable import printable
    from quantengine.verdict.ruin import ruin_of

    found = evaluation.verdict
    lines = [latency_line(evaluation), f"{counted(found.samples, 'sample')}."]
    ruin = ruin_of(found)
    if ruin is not None:
        lines.insert(0, printable(f"The result is ruined: {ruin}."))
    if found.worst is not None:
        lines.append(f"The worst is {worst_text(found.worst)}.")
    if found.missing is not None and found.equal is None:
        none = "There is no SQNR" if math.isnan(found.sqnr_db) else "The SQNR is -inf"
        lines.append(f"{none}: {printable(found.missing)}.")
    task = None if found.task is None else found.task.name
    lines += map(printable, uncovered(evaluation.clamped))
    between = interval_line(found.figures)
    if between is not None:
        lines.append(between)
    nothing = [name for name, each in found.figures.items() if each.candidate is None]
    if nothing:
        names = ", ".join(nothing).replace("_", " ")
        lines.append(f"There is no figure for {names}: nothing in the outputs counts.")
    if found.agreement is None and task in (None, "classification"):
        lines.append(
            "The first output holds no class scores, so there is no accuracy and no agreement."
        )
    elif found.agreement is not None and found.accuracy_reference is None:
        lines.append("The data has no labels, so there is no accuracy.")
    if found.doubt is not None:
        lines.append(found.doubt)
    follows = "" if found.task is None else found.task.follows.replace("_", " ")
    for number, each in enumerate(evaluation.suffering, 1):
        figure = "" if each.figure is None else f"{follows} {each.figure:.4g}, "
        said = f"float {each.reference.text}; quantized {each.candidate.text}"
        lines.append(printable(f"{number}. {each.name}: {figure}{decibels(each.db)} dB. {said}"))
    return lines
