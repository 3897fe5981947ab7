"""What was done beyond the plan: recovery step by step, training, and what a search chose from."""

from __future__ import annotations

import math
from collections.abc import Iterator

from quantengine.counted import counted
from quantengine.finetune.outcome import FineTuned, Point
from quantengine.printable import html_text
from quantengine.recover.report import StepReport
from quantengine.report.findings import Findings
from quantengine.report.words import decibels, number, section, share, size, table
from quantengine.search.front import Front, FrontPoint

_STEP_TEXTS = frozenset((0, 4, 5))


def recovery(found: Findings) -> str:
    """A row for each step, also those that were undone or had nothing to do."""
    steps = () if found.candidate is None else found.candidate.reports
    head = ("Step", "Before dB", "After dB", "Gain", "", "What it did")
    body = table(head, map(_step, steps), _STEP_TEXTS) if steps else ""
    about = "On samples that nothing was fitted to; a step that does harm there is undone."
    return section("Recovery", body, "recovery", about)


def _step(step: StepReport) -> Iterator[str]:
    yield html_text(step.step)
    if math.isnan(step.before_db):
        yield from ("", "", "")
    else:
        yield from (decibels(step.before_db), decibels(step.after_db))
        yield number(step.gain_db, 2) if step.gain_db < 0 else f"+{number(step.gain_db, 2)}"
    yield "kept" if step.kept else "undone"
    own = str(step.figures) if math.isnan(step.before_db) else ""
    yield html_text(" ".join(filter(None, (own, str(step.text)))))


def training(found: Findings) -> str:
    """Start and best state on held-out samples."""
    made = None if found.candidate is None else found.candidate.trained
    if made is None:
        return ""
    head = ("Held-out samples", "Step", "Loss", "Output dB", "Agreement")
    rows = (_point("before", made.before), _point("after", made.after))
    return section("Fine-tuning", table(head, rows, frozenset((0,))), "training", _about(made))


def _about(made: FineTuned) -> str:
    return f"Trained on {made.device} for {made.seconds:.0f} s."


def _point(name: str, point: Point) -> tuple[str, ...]:
    loss, agreement = number(point.score), share(point.agreement)
    return name, str(point.step), loss, decibels(point.sqnr_db), agreement


def search(found: Findings) -> str:
    """The plans between which a search chose."""
    front = found.front
    if front is None or not front.points:
        return ""
    head = ("", "Weights", "Of float", "Predicted dB", "Output dB", "Agreement", "Equal", "Metric")
    body = table(head, (_plan(front, point) for point in front.points), frozenset((0,)))
    about = f"Of plans alone, on {counted(front.samples, 'sample')}; each is smaller or better."
    return section("Search", body, "search", about)


def _plan(front: Front, point: FrontPoint) -> Iterator[str]:
    yield "chosen" if point is front.chosen else ""
    yield size(point.bytes)
    yield f"{point.bytes / front.float_bytes:.0%}" if front.float_bytes else ""
    yield decibels(point.predicted_db)
    yield decibels(point.measured_db)
    yield share(point.agreement)
    yield share(point.equal)
    yield "" if point.own is None else number(point.own.candidate)
