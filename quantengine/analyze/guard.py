"""Bounds on the figures of a quantized network: what a build is held to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from quantengine.analyze.evaluate import Evaluation
from quantengine.analyze.guard_names import DROP
from quantengine.analyze.metrics import as_json
from quantengine.errors import PlanError
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.verdict.tasks.measure import DECIBELS, SHARE

_DIGITS = 9
"""Points are a hundred times a difference of shares: what that adds in rounding is cut off."""

_Place = Callable[[Evaluation], float | None]


@dataclass(frozen=True)
class Bound:
    """The figure of that name has to be `value` at least, or at most."""

    figure: str
    at_least: bool
    value: float


@dataclass(frozen=True)
class Held:
    """What came of a bound: the figure found, nan where there is none, its unit.

    `n`: of how many samples it is; `interval` as in a `TaskFigure`.
    """

    bound: Bound
    found: float
    unit: str
    n: int
    interval: tuple[float, float] | None = None

    @property
    def holds(self) -> bool:
        """False of nan."""
        least, value = self.bound.at_least, self.bound.value
        return self.found >= value if least else self.found <= value

    def to_json(self) -> dict[str, Any]:
        """A JSON object; null where no finite number says it."""
        found = {
            "figure": self.bound.figure,
            "found": self.found,
            "at_least" if self.bound.at_least else "at_most": self.bound.value,
            "unit": self.unit,
            "samples": self.n,
            "interval": self.interval,
            "holds": self.holds,
        }
        return dict(as_json(found))


_PLAIN: Mapping[str, tuple[str, _Place]] = MappingProxyType(
    {
        "agreement": (SHARE, lambda found: found.verdict.agreement),
        "top1": (SHARE, lambda found: found.verdict.accuracy),
        "top5": (SHARE, lambda found: found.verdict.top5),
        "equal": (SHARE, lambda found: found.verdict.equal),
        "worst_db": (DECIBELS, lambda found: found.verdict.worst_db),
        "sqnr_db": (DECIBELS, lambda found: found.verdict.sqnr_db),
        "output_cosine": ("cosine", lambda found: found.verdict.cosine),
        "max_error": ("", lambda found: found.verdict.max_error),
        "mb": ("MB", lambda found: found.bytes_candidate / 1e6),
        "ms": ("ms", lambda found: found.latency_ms_candidate),
        "speedup": ("times", lambda found: found.speedup),
    }
)


def held_to(found: Evaluation, bounds: Iterable[Bound]) -> tuple[Held, ...]:
    """Each bound beside its figure, in their order.

    A name is one of `guard_names.PLAIN`, a figure of the task or of a person's metric, with
    `drop_` before it what is lost of that, or an output or slice (its dB). Raises PlanError for a
    bound that its figure can never meet.
    """
    held = tuple(_held(found, bound) for bound in bounds)
    for each in held:
        if each.unit == SHARE and each.bound.at_least and each.bound.value > 1:
            raise PlanError(
                "'{0}' is a share between 0 and 1 and can never be {1}: .99 stands for 99 %.",
                each.bound.figure,
                f"{each.bound.value:g}",
            )
    return held


def _held(found: Evaluation, bound: Bound) -> Held:
    name, figures = bound.figure, found.verdict.figures
    if name in _PLAIN:
        unit, place = _PLAIN[name]
        value = place(found)
        same = figures.get(name)
        if same is not None and same.candidate == value:
            return Held(bound, _number(value), unit, same.n, same.interval)
        return Held(bound, _number(value), unit, found.verdict.samples)
    if name in figures:
        each = figures[name]
        return Held(bound, _number(each.candidate), each.unit, each.n, each.interval)
    if name == DROP:
        reference, candidate = found.verdict.accuracy_reference, found.verdict.accuracy
        known = figures.get("top1")
        counted = found.verdict.samples if known is None else known.n
        return Held(bound, _points(reference, candidate), "points", counted)
    lost = figures.get(name.removeprefix(f"{DROP}_"))
    if lost is not None:
        return _lost(bound, lost)
    return Held(bound, found.verdict.db_of(name), DECIBELS, found.verdict.samples)


def _lost(bound: Bound, figure: TaskFigure) -> Held:
    is_share = figure.unit == SHARE
    lost = _points(figure.reference, figure.candidate, 100 if is_share else 1)
    unit = "points" if is_share else figure.unit
    return Held(bound, -lost if figure.lower_is_better else lost, unit, figure.n)


def _points(reference: float | None, candidate: float | None, times: int = 100) -> float:
    return round(times * (_number(reference) - _number(candidate)), _DIGITS)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
