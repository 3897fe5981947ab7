"""The command line that does the same as the window."""

from __future__ import annotations

import shlex
from pathlib import Path

from quantengine.data.options import DataOptions
from quantengine.export.options import ExportOptions
from quantengine.verdict.judge import BY_WORST, Judge
from quantengine.work.recipe import Recipe

from .document import Document
from .exporting import Exported
from .facts import DataSource


def command_of(document: Document, exported: Exported, plan: Path) -> str:
    """What writes a file of the open model again, with its decisions saved as `plan`."""
    assert document.model is not None
    return quantize_command(
        document.model.path,
        document.decided.source,
        plan,
        exported.report.path,
        exported.options,
        exported.recipe,
        judge=document.judge,
        judged_on=document.decided.judges,
    )


def quantize_command(
    model: Path,
    source: DataSource | None,
    plan: Path,
    output: Path,
    options: ExportOptions,
    recipe: Recipe | None = None,
    *,
    judge: Judge = BY_WORST,
    judged_on: DataSource | None = None,
) -> str:
    """`quantengine quantize`, or `finetune`, with plan and recipe saved as JSON under `plan`.

    Data that was held out judges the file in a line of its own.
    """
    trained = recipe is not None and recipe.training is not None
    command = "finetune" if trained else "quantize"
    words = ["quantengine", command, str(model), "-o", str(output), "--plan", str(plan)]
    if options.form != "qdq":
        words += ["--format", options.form]
    if options.accuracy_level:
        words += ["--accuracy-level", str(options.accuracy_level)]
    if options.float16_rest:
        words.append("--float16-rest")
    if options.opset is not None:
        words += ["--opset", str(options.opset)]
    if options.force:
        words.append("--force")
    if source is not None:
        words += ["--data", str(source.path), *data_flags(source.options)]
    words += _judge_flags(judge)
    if judged_on is None:
        return shlex.join(words)
    evaluate = ["quantengine", "evaluate", str(model), str(output), "--data", str(judged_on.path)]
    evaluate += data_flags(judged_on.options)
    evaluate += [] if judge.metric is None else ["--metric", judge.metric.source]
    return f"{shlex.join(words)}\n{shlex.join(evaluate)}"


def _judge_flags(judge: Judge) -> list[str]:
    words = [] if judge.task is None else ["--task", judge.task]
    words += [] if judge.metric is None else ["--metric", judge.metric.source]
    usual = Judge(metric=judge.metric).follows
    return words if judge.follows == usual else [*words, "--judge", judge.follows]


def data_flags(options: DataOptions) -> list[str]:
    """The flags that say what `options` say."""
    words: list[str] = []
    for name in ("images", "labels", "stored", "rate", "frames", "start", "stop", "limit"):
        value = getattr(options, name)
        if value is not None:
            words += [f"--{name}", str(value)]
    first = options.first_image
    for name in first.said:
        value = getattr(first, name)
        words += [f"--{name}"] if value is True else [f"--{name}", _typed(name, value, ",")]
    for key, number in options.mapping.items():
        words += ["--map", f"{key}={number}"]
    for name, output in options.loops.items():
        words += ["--loop", f"{name}={output}"]
    words += ["--teacher-forced"] if options.teacher_forced else []
    for key, said in options.inputs.items():
        parts = [_setting(name, getattr(said, name)) for name in said.said]
        words += ["--input", f"{key}:{','.join(parts)}"] if parts else []
    return words


def _setting(name: str, value: object) -> str:
    return name if value is True else f"{name}={_typed(name, value, '/')}"


def _typed(name: str, value: object, between: str) -> str:
    """A setting as its flag takes it."""
    if not isinstance(value, tuple):
        return str(value)
    between = "x" if name in ("resize", "crop") else between
    return between.join(f"{part:.9g}" for part in value)
