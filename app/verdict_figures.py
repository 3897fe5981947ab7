"""How good the network is, as the header shows it: each figure with what it is counted on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .text import MINUS, decibel, figure, number, pair_of_sizes, share
from .translation import said, tr

if TYPE_CHECKING:
    from quantengine.export.rehearsal import Rehearsal
    from quantengine.verdict.tasks.figure import TaskFigure
    from quantengine.verdict.verdict import Verdict

    from .outcome import Outcome

ARROW = "\N{RIGHTWARDS ARROW}"
BY_LABELS = ("top1", "map50", "mean_iou_labels", "exact_match", "spearman", "recall10", "cer")


@dataclass(frozen=True)
class Shown:
    """A figure: `title` over `value`, with the `change` and a `note`; `n` samples, 0: of none."""

    title: str
    value: str
    n: int = 0
    change: str = ""
    worse: bool = False
    note: str = ""
    tip: str = ""


def judged_figures(found: Verdict) -> Iterator[Shown]:
    """What is measured of the outputs: the figure of the task first, then those of everyone."""
    for name, own in found.metric.items():
        yield _own(name, own)
    yield from _of_task(found)
    yield from _of_outputs(found)


def file_figures(outcome: Outcome, rehearsal: Rehearsal | None) -> Iterator[Shown]:
    """Size and time: those of the file where it was tried, else bytes of its weights."""
    if rehearsal is None:
        before = sum(layer.bytes_before for layer in outcome.reports)
        after = sum(layer.bytes_after for layer in outcome.reports)
        tip = tr("Bytes of weights and biases, float and quantized")
        yield Shown(tr("Weights"), pair_of_sizes(before, after), tip=tip)
        return
    sizes = pair_of_sizes(rehearsal.bytes_reference, rehearsal.bytes_candidate)
    yield Shown(tr("Size"), sizes, tip=tr("Of the file as it would be written, float before"))
    times = rehearsal.latencies_ms
    if times is not None:
        yield Shown(
            tr("Latency"),
            f"{number(times[0], 3)} {ARROW} {number(times[1], 3)} ms",
            tip=tr("Median time of one sample in onnxruntime on this computer, float before"),
        )


def task_change(before: Verdict, after: Verdict) -> str:
    """By how much the figure that labels tell changed, in points; nothing without labels."""
    name, ours = _by_labels(before)
    theirs = {} if after.task is None else after.task.figures
    if ours is None or name not in theirs or ours.unit != "share":
        return ""
    change = _difference(ours.candidate, theirs[name].candidate)
    return f"{title_of(name)} {signed(100 * change, 1)}" if change else ""


def signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", MINUS)


def title_of(name: str) -> str:
    """A figure of a task as people call it."""
    from quantengine.verdict import titles

    return said(titles.title_of(name))


def inside(title: str) -> str:
    """A title as it stands within a sentence: names and what is short for words keep capitals."""
    is_word = title[1:2].islower() and title != title_of("spearman")
    return title[:1].lower() + title[1:] if is_word else title


def leading(found: Verdict) -> tuple[str, ...]:
    """Names of the figures that say most: of a person's metric, by labels, against float."""
    from quantengine.verdict.titles import ALIKE

    names = list(found.metric)
    if found.task is not None:
        figures, follows = found.task.figures, found.task.follows
        alike = next((name for name in (follows, *ALIKE) if name in figures), "")
        names += [_by_labels(found)[0], alike]
    return tuple(dict.fromkeys(filter(None, names)))


def _of_task(found: Verdict) -> Iterator[Shown]:
    if found.task is None:
        return
    labelled, known = _by_labels(found)
    if known is not None:
        yield _labelled(title_of(labelled), known)
    for name in leading(found):
        each = found.task.figures.get(name)
        if name != labelled and each is not None and each.candidate is not None:
            yield _unlabelled(name, each)


def _by_labels(found: Verdict) -> tuple[str, TaskFigure | None]:
    figures: Mapping[str, TaskFigure] = {} if found.task is None else found.task.figures
    for name in BY_LABELS:
        known = figures.get(name)
        if known is not None and known.reference is not None and known.candidate is not None:
            return name, known
    return "", None


def _labelled(title: str, known: TaskFigure) -> Shown:
    change = _difference(known.reference, known.candidate)
    points = 100 * change if known.unit == "share" else change
    digits = 1 if known.unit == "share" else 3
    text = signed(points, digits) if round(points, digits) else ""
    tip = tr("Against what is right: float before, quantized after")
    worse = change > 0 if known.lower_is_better else change < 0
    return Shown(title, _pair(known), known.n, text, worse, tip=tip)


def _unlabelled(name: str, known: TaskFigure) -> Shown:
    from quantengine.verdict.titles import ALIKE

    assert known.candidate is not None
    note = ""
    if name in ALIKE:
        changed = round((1 - known.candidate) * known.n)
        note = tr("{0} of {1} changed").format(changed, known.n) if changed else ""
    tip = tr("Against the float network, which needs no labels")
    return Shown(title_of(name), figure(known.candidate, known.unit), known.n, note=note, tip=tip)


def _own(name: str, known: TaskFigure) -> Shown:
    return Shown(name, _pair(known), known.n, tip=tr("Your own metric, float before"))


def _of_outputs(found: Verdict) -> Iterator[Shown]:
    if found.equal is not None:
        yield Shown(tr("Equal integers"), share(found.equal), found.samples)
    if found.missing is not None and found.equal is None:
        yield Shown(tr("Output"), tr("no figure"), found.samples, note=found.missing)
    elif not math.isnan(found.sqnr_db):
        note = ""
        if found.worst is not None:
            worst = decibel(found.worst_db), found.worst.slice or found.worst.name
            note = tr("worst {0} dB, {1}").format(*worst)
        value = f"{decibel(found.sqnr_db)} dB"
        tip = tr("SQNR of the outputs against the float network; more is better")
        yield Shown(tr("Output"), value, found.samples, note=note, tip=tip)


def _pair(known: TaskFigure) -> str:
    before, after = figure(known.reference, known.unit), figure(known.candidate, known.unit)
    if known.unit == "share":
        before = before.removesuffix(" %")
    return f"{before} {ARROW} {after}"


def _difference(before: float | None, after: float | None) -> float:
    return 0.0 if before is None or after is None else after - before
