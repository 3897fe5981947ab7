"""Figures of a task as rows of a table and in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quantengine.verdict.tasks.figure import TaskFigure
    from quantengine.verdict.verdict import Verdict


_OF_CLASSES = ("agreement", "top1", "top5")


def figure_rows(candidates: Sequence[Verdict]) -> list[tuple[str, ...]]:
    """A row a figure: what the float network has, where that is not plain, and each candidate.

    Those of classes have rows of their own. What is of other than all `samples` says of how many.
    """
    rows = []
    for name, figure in candidates[0].figures.items():
        if name in _OF_CLASSES:
            continue
        text = text_of(figure.unit)
        plain = figure.reference in (None, 0, 1, math.inf)
        found = (each.figures[name].candidate for each in candidates)
        words = _words(name) + of_samples(candidates[0], name)
        rows.append((words, "" if plain else text(figure.reference), *map(text, found)))
    return rows


def of_samples(found: Verdict, name: str) -> str:
    """Of how many samples a figure is, where that is not all of them."""
    figure = found.figures.get(name)
    return "" if figure is None or figure.n == found.samples else f" (n = {figure.n})"


def interval_line(figures: Mapping[str, TaskFigure]) -> str | None:
    """How far the figures can be trusted; None where no interval is known."""
    known = [
        f"{_words(name)} {text_of(figure.unit)(figure.interval[0])} .. "
        f"{text_of(figure.unit)(figure.interval[1])} (n = {figure.n})"
        for name, figure in figures.items()
        if figure.interval is not None
    ]
    return f"With samples drawn anew, 95 % lie in: {', '.join(known)}." if known else None


def _words(name: str) -> str:
    return name.replace("_", " ")


def text_of(unit: str) -> Callable[[float | None], str]:
    """How a figure of that unit is written."""
    from quantengine.cli.table import decibels, number, share

    return {"share": share, "dB": decibels}.get(unit, number)
