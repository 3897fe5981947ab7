"""A quantized file and how it came about, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from quantengine.cli.results import check_text, is_ruined, quality_text, ruin_text
from quantengine.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from quantengine.analyze.layer_report import LayerReport
    from quantengine.export.export import ExportReport
    from quantengine.finetune.outcome import FineTuned, Point
    from quantengine.work.candidate import Candidate
    from quantengine.work.chosen import Chosen


def written_data(candidate: Candidate, report: ExportReport) -> dict[str, Any]:
    """A JSON object: the report of the export, what was decided and done, and every layer."""
    from quantengine.analyze.report_layers import layer_reports

    dataset, resolution = candidate.work.dataset, candidate.resolution
    trained = {} if candidate.trained is None else _training_data(candidate, candidate.trained)
    layers = layer_reports(candidate.model, resolution)
    return {
        "model": str(candidate.work.model.path),
        "model_sha256": candidate.work.model.digest,
        **report.to_json(),
        **trained,
        "notes": [*_ruin(candidate, report), *_notes(candidate, report)],
        "plan": resolution.plan.to_json(),
        **candidate.done_json(),
        **candidate.work.taken_json,
        "data": None if dataset is None else dataset.describe(),
        "layers": [layer.to_json() for layer in layers],
    }


def written_parts(candidate: Candidate, report: ExportReport) -> tuple[RenderableType, ...]:
    """What the plan made of each layer or training of the whole, and what was written."""
    from quantengine.analyze.report_layers import layer_reports
    from quantengine.cli.layer_table import plan_table
    from quantengine.printable import printable

    layers, trained = layer_reports(candidate.model, candidate.resolution), candidate.trained
    ruin = [f"Note: {printable(note)}" for note in _ruin(candidate, report)]
    first = is_ruined(report.quality)
    notes = [*_bias_notes(layers), *_notes(candidate, report)]
    return (
        *(ruin if first else []),
        *(plan_table(layers) if trained is None else [_training_table(trained)]),
        *recovery_lines(candidate),
        *(f"Note: {printable(note)}" for note in notes),
        *([] if trained is None else [_training_text(trained)]),
        _summary(report),
        check_text(report),
        *([] if report.quality is None else [quality_text(report.quality)]),
        *([] if first else ruin),
    )


def recovery_lines(candidate: Candidate) -> list[str]:
    """What was done beyond the plan, by default too, a line a step; what was tried as a tree."""
    from quantengine.printable import printable

    lines, begun = list[str](), False
    for step in candidate.reports:
        if step.behind is None:
            lines.append(f"Recovery, {printable(str(step))}")
            continue
        if not begun:
            lines.append("Recovery tried sequences, each with quick rounding and biases behind it:")
        begun = True
        indent = "  " * (1 + len(step.behind))
        lines.append(printable(f"{indent}{step.step}: {step.said}"))
    return lines


def chosen_lines(chosen: Chosen) -> list[str]:
    """What is done beyond the chosen plan, by default too: rows are of plans alone."""
    from quantengine.cli.table import result, size

    if not chosen.candidate.reports:
        return []
    told = (
        f"Rows are of plans alone. As `quantize` writes the chosen one, on "
        f"{counted(chosen.verdict.samples, 'sample')}: {result(chosen.verdict)}, weights "
        f"{size(chosen.bytes)}."
    )
    return [*recovery_lines(chosen.candidate), told]


def _notes(candidate: Candidate, report: ExportReport) -> list[str]:
    trained = () if candidate.trained is None else candidate.trained.notes
    return [*trained, *candidate.notes, *report.notes]


def _ruin(candidate: Candidate, report: ExportReport) -> list[str]:
    searched = candidate.trained is None and not candidate.resolution.encodings.dynamic
    recovered = len(candidate.reports) > 1
    said = ruin_text(report.quality, report.rescue, searched=searched, recovered=recovered)
    return [] if said is None else [said]


def _bias_notes(layers: Sequence[LayerReport]) -> list[str]:
    raised = sum(layer.raised for layer in layers)
    clipped = sum(layer.clipped_bias for layer in layers)
    notes = []
    if raised:
        channels = counted(raised, "channel")
        notes.append(f"The weight scale of {channels} was raised: so the bias fits int32.")
    if clipped:
        notes.append(f"The bias does not fit int32: {counted(clipped, 'value')} cut off.")
    return notes


def _summary(report: ExportReport) -> str:
    from quantengine.cli.table import size
    from quantengine.printable import printable

    share = report.bytes_after / report.bytes_before
    return (
        f"{printable(str(report.path))}: {size(report.bytes_before)} -> "
        f"{size(report.bytes_after)} ({share:.0%}), {report.form}, opset {report.opset}."
    )


def _training_data(candidate: Candidate, trained: FineTuned) -> dict[str, Any]:
    settings = candidate.recipe.training
    return {
        "settings": None if settings is None else asdict(settings),
        "device": trained.device,
        "seconds": trained.seconds,
        "memory_bytes": trained.memory_bytes,
        "before": trained.before.to_json(),
        "after": trained.after.to_json(),
        "curve": [point.to_json() for point in trained.points],
        "deltas": {
            name: {"weights": weights, "output": output}
            for name, (weights, output) in trained.layer_deltas().items()
            if (weights, output) != (None, None)
        },
    }


def _training_table(trained: FineTuned) -> RenderableType:
    from quantengine.cli.table import Column, decibels, number, share, table

    def row(name: str, point: Point) -> tuple[str, ...]:
        agreement = "" if point.agreement is None else share(point.agreement)
        return name, str(point.step), number(point.score), decibels(point.sqnr_db), agreement

    head = (
        Column("held-out samples", text=True),
        Column("step"),
        Column("loss"),
        Column("output dB"),
        Column("agreement"),
    )
    return table(head, [row("before", trained.before), row("after", trained.after)])


def _training_text(trained: FineTuned) -> str:
    from quantengine.cli.table import size

    most = trained.memory_bytes
    memory = "" if most is None else f", at most {size(most)}"
    return f"Trained on {trained.device} for {trained.seconds:.0f} s{memory}."
