"""What came of an export, in words and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exporting import Exported
from .text import decibel, figure, number, size
from .translation import counted, said, tr
from .verdict_figures import BY_LABELS, leading, title_of

if TYPE_CHECKING:
    from quantengine.verdict.tasks.figure import TaskFigure


def export_warnings(exported: Exported) -> list[str]:
    """What ruins the result, and what would lift it."""
    found = exported.report.rescue
    if found is None:
        why = exported.ruin
        return [] if why is None else [tr("The result is ruined: {0}.").format(said(why))]
    text = tr("Kept float, {0} would lift the result from {1} to about {2} dB for {3} more.")
    names = ", ".join(found.layers)
    before, after = decibel(found.before_db), decibel(found.after_db)
    return [text.format(names, before, after, size(found.bytes))]


def export_figures(exported: Exported) -> list[tuple[str, str, str]]:
    report, evaluation = exported.report, exported.evaluation
    rows = [(tr("file"), size(report.bytes_before), size(report.bytes_after))]
    if evaluation is None:
        return rows
    found = evaluation.verdict
    check = report.verification
    simulated = tr("against the simulation, {0}").format(counted(check.nodes.samples, "sample"))
    measured = tr("against the float model, {0}").format(counted(found.samples, "sample"))
    rows.append((simulated, "", f"{decibel(check.simulation_sqnr_db)} dB"))
    rows.append((measured, "", f"{decibel(found.sqnr_db)} dB"))
    if found.worst is not None:
        worst = tr("worst output, {0}").format(found.worst.slice or found.worst.name)
        rows.append((worst, "", f"{decibel(found.worst_db)} dB"))
    rows += [_of_task(name, found.figures[name]) for name in leading(found)]
    before, after = evaluation.latency_ms_reference, evaluation.latency_ms_candidate
    rows.append(
        (
            tr("latency of one sample"),
            f"{number(before, 3)} ms",
            f"{number(after, 3)} ms",
        )
    )
    return rows


def _of_task(name: str, found: TaskFigure) -> tuple[str, str, str]:
    """As the header has it; the float network needs no figure beside itself."""
    title, before = title_of(name), figure(found.reference, found.unit)
    after = figure(found.candidate, found.unit)
    return title, before if name in BY_LABELS else "", after
