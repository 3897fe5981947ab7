"""What was done beyond the plan: recovery step by step, training, and what a search chose from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from quantengine.counted import counted
from quantengine.finetune.outcome import Point
from quantengine.printable import html_text
from quantengine.recover.report import StepReport
from quantengine.report.findings import Findings
from quantengine.report.words import decibels, number, pairs, section, share, size, table
from quantengine.search.front import Front, FrontPoint
from quantengine.sentence import Sentence

_STEP_TEXTS = frozenset((0, 4, 5))


def recovery(found: Findings) -> str:
    """A row for each step that was judged, also those undone; what the others say below."""
    steps = () if found.candidate is None else found.candidate.reports
    judged = [step for step in steps if step.judged or step.tried]
    idle = [step for step in steps if not (step.judged or step.tried)]
    head = (
        Sentence("Step"),
        Sentence("Before dB"),
        Sentence("After dB"),
        Sentence("Gain"),
        "",
        Sentence("What it did"),
    )
    rows = (_step(found, step) for step in judged)
    body = table(map(found.say, head), rows, _STEP_TEXTS) if judged else ""
    body += _others(found, idle)
    about = Sentence(
        "On samples that nothing was fitted to; what does harm there is undone, or was named."
    )
    return section(found.say(Sentence("Recovery")), body, "recovery", found.say(about))


def _step(found: Findings, step: StepReport) -> Iterator[str]:
    yield html_text(step.name)
    if math.isnan(step.before_db):
        yield from ("", "", "")
    else:
        yield from (decibels(step.before_db), decibels(step.after_db))
        yield number(step.gain_db, 2) if step.gain_db < 0 else f"+{number(step.gain_db, 2)}"
    yield html_text(found.say(_result(step)))
    own = found.say(step.figures) if math.isnan(step.before_db) else ""
    yield html_text(" ".join(filter(None, (own, found.say(step.text)))))


def _others(found: Findings, idle: Sequence[StepReport]) -> str:
    """What opening did, and a line for all that had nothing to do, which says why of each."""
    opened = (Sentence("Done when the model was opened: {0}", s.text) for s in idle if s.opened)
    lines = "".join(f'<p class="dim">{html_text(found.say(text))}</p>' for text in opened)
    others = [step for step in idle if not step.opened]
    if not others:
        return lines
    names = found.say(Sentence("Nothing to do: {0}.", ", ".join(s.step for s in others)))
    why = pairs((step.step, html_text(found.say(step.text))) for step in others)
    return f'{lines}<details><summary class="dim">{html_text(names)}</summary>{why}</details>'


def _result(step: StepReport) -> Sentence:
    if step.tried:
        return step.result
    if step.harms:
        return Sentence("kept, harms")
    return Sentence("kept") if step.kept else Sentence("undone")


def training(found: Findings) -> str:
    """Start and best state on held-out samples."""
    made = None if found.candidate is None else found.candidate.trained
    if made is None:
        return ""
    head = (
        Sentence("Held-out samples"),
        Sentence("Step"),
        Sentence("Loss"),
        Sentence("Output dB"),
        Sentence("Agreement"),
    )
    ends = ((Sentence("before"), made.before), (Sentence("after"), made.after))
    rows = (_point(found.say(name), point) for name, point in ends)
    body = table(map(found.say, head), rows, frozenset((0,)))
    about = Sentence("Trained on {0} for {1} s.", made.device, f"{made.seconds:.0f}")
    return section(found.say(Sentence("Fine-tuned")), body, "training", found.say(about))


def _point(name: str, point: Point) -> tuple[str, ...]:
    loss, agreement = number(point.score), share(point.agreement)
    return html_text(name), str(point.step), loss, decibels(point.sqnr_db), agreement


def search(found: Findings) -> str:
    """The plans between which a search chose."""
    front = found.front
    if front is None or not front.points:
        return ""
    head = (
        "",
        Sentence("Weights"),
        Sentence("Of float"),
        Sentence("Predicted dB"),
        Sentence("Output dB"),
        Sentence("Agreement"),
        Sentence("Equal"),
        Sentence("Metric"),
    )
    rows = (_plan(found, front, point) for point in front.points)
    body = table(map(found.say, head), rows, frozenset((0,)))
    samples = counted(front.samples, "sample")
    about = Sentence("Of plans alone, on {0}; each is smaller or better.", samples)
    return section(found.say(Sentence("Search")), body, "search", found.say(about))


def _plan(found: Findings, front: Front, point: FrontPoint) -> Iterator[str]:
    yield html_text(found.say(Sentence("chosen"))) if point is front.chosen else ""
    yield size(point.bytes)
    yield f"{point.bytes / front.float_bytes:.0%}" if front.float_bytes else ""
    yield decibels(point.predicted_db)
    yield decibels(point.measured_db)
    yield share(point.agreement)
    yield share(point.equal)
    yield "" if point.own is None else number(point.own.candidate)
