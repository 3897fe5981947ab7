"""The verdict: the task's own figures first, then decibels, bytes and time, each with its n."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from quantengine.counted import counted
from quantengine.printable import html_text
from quantengine.report.findings import Findings
from quantengine.report.words import change, decibels, in_unit, named, number, section, share, size
from quantengine.sentence import Sentence
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.verdict.titles import title_of
from quantengine.verdict.verdict import OutputFigure

_PLAIN = (None, 0.0, 1.0, math.inf)
"""What the float network has of a figure that compares with itself."""


@dataclass(frozen=True)
class Figure:
    """`title` is text, the rest as it may stand in a page."""

    title: str
    told: str
    about: str = ""


def headline(found: Findings) -> str:
    """A line of figures, and what is to be known of them."""
    figures = [*_of_task(found), *_of_outputs(found), *_of_size(found), *_of_time(found)]
    cards = "".join(
        f"<div><span>{html_text(each.title)}</span><b>{each.told}</b>"
        f"<small>{each.about}</small></div>"
        for each in figures
    )
    title = found.say(Sentence("Verdict"))
    return section(title, f'<div class="figures">{cards}</div>' if cards else "", "verdict")


def _of_task(found: Findings) -> Iterator[Figure]:
    for name, figure in found.figures.items():
        title = found.say(title_of(name))
        title = title[:1].upper() + title[1:]
        before = "" if figure.reference in _PLAIN else in_unit(figure.reference, figure.unit)
        told = change(before, in_unit(figure.candidate, figure.unit))
        yield Figure(title, told, html_text(found.say(_trust(figure))))


def _trust(figure: TaskFigure) -> str:
    n = f"n = {figure.n:,}"
    if figure.interval is None:
        return n
    low, high = (unescape(in_unit(end, figure.unit)) for end in figure.interval)
    return Sentence("95 % in {0} .. {1}, {2}", low, high, n)


def _of_outputs(found: Findings) -> Iterator[Figure]:
    verdict = found.judged
    if verdict is None:
        return
    n = f"n = {verdict.samples:,}"
    if verdict.equal is not None:
        yield Figure(found.say(Sentence("Equal integers")), share(verdict.equal), n)
    if not math.isnan(verdict.sqnr_db):
        told = f"{decibels(verdict.sqnr_db)} dB"
        yield Figure(found.say(Sentence("Output")), told, f"{n}{_worst(found, verdict.worst)}")
    quality = None if found.written is None else found.written.quality
    if quality is not None and not math.isnan(quality.sqnr_db):
        samples = counted(quality.verdict.samples, "sample")
        held = Sentence("{0} held out", samples)
        about = held if quality.held_out else Sentence("{0} of the data", samples)
        title = found.say(Sentence("Written file"))
        yield Figure(title, f"{decibels(quality.sqnr_db)} dB", html_text(found.say(about)))


def _worst(found: Findings, worst: OutputFigure | None) -> str:
    if worst is None:
        return ""
    figure = worst.sqnr_db if worst.db is None else worst.db
    name, told = named(worst.slice or worst.name), decibels(figure)
    return found.say(Sentence("; worst is {0} with {1} dB", name, told))


def _of_size(found: Findings) -> Iterator[Figure]:
    title = Sentence("File")
    if found.written is not None:
        before, after = found.written.bytes_before, found.written.bytes_after
    elif (tried := found.evaluation or found.rehearsed) is not None:
        before, after = tried.bytes_reference, tried.bytes_candidate
    elif found.layers:
        title = Sentence("Parameters")
        before = sum(row.bytes_before for row in found.layers)
        after = sum(row.bytes_after for row in found.layers)
    else:
        return
    about = f"{after / before:.0%}" if before else ""
    yield Figure(found.say(title), change(size(before), size(after)), about)


def _of_time(found: Findings) -> Iterator[Figure]:
    tried = found.evaluation or found.rehearsed
    if tried is None or tried.latency_ms_candidate is None:
        return
    both = (tried.latency_ms_reference, tried.latency_ms_candidate)
    before, after = (f"{number(ms, 3)} ms" for ms in both)
    title, about = Sentence("Latency of one sample"), Sentence("median, this machine")
    yield Figure(found.say(title), change(before, after), html_text(found.say(about)))
