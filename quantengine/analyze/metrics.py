"""Errors as results carry them: finished figures instead of running sums."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from quantengine.formats.metrics import Difference


@dataclass(frozen=True)
class Metrics:
    """Of one candidate against its reference: +inf dB where they are equal, nan without signal."""

    sqnr_db: float
    cosine: float
    max_error: float

    @classmethod
    def of(cls, difference: Difference) -> Metrics:
        return cls(difference.sqnr_db, float(difference.cosine), difference.max_error)


@dataclass(frozen=True)
class Errors:
    """With weights, activations or both quantized."""

    weights: Metrics
    activations: Metrics
    both: Metrics


@dataclass(frozen=True)
class OutputFigure:
    """One output and its SQNR in dB."""

    name: str
    sqnr_db: float


@dataclass(frozen=True)
class Effect:
    """On the network's outputs, float ones pooled.

    `agreement` is the share of equal best classes, `accuracy` that of right ones; None where the
    first output holds no class scores or no label is known. `equal` is the share of the values of
    integer outputs that stay the same, None without such outputs. `missing` says why there is no
    SQNR, or why it is -inf, None where there is one. `doubt` is said where the float network itself
    is no better on the labels than guessing. `worst` is the float output with the lowest SQNR, None
    where there are not several.
    """

    sqnr_db: float
    cosine: float
    max_error: float
    agreement: float | None = None
    accuracy: float | None = None
    equal: float | None = None
    missing: str | None = None
    doubt: str | None = None
    worst: OutputFigure | None = None


def doubts(*effects: Effect | None) -> tuple[str, ...]:
    """What makes one doubt the labels, each once."""
    said = (effect.doubt for effect in effects if effect is not None)
    return tuple(dict.fromkeys(doubt for doubt in said if doubt is not None))


Figure = Literal["sqnr_db", "equal"]
"""What effects are ranked by: dB, or the share of equal integers where no output is float."""


def common_figure(effects: Iterable[Effect]) -> Figure | None:
    """The figure that tells these effects apart; None where there is none."""
    known = tuple(effects)
    if any(effect.sqnr_db > -math.inf for effect in known):
        return "sqnr_db"
    if known and all(effect.equal is not None for effect in known):
        return "equal"
    return None


def value_of(effect: Effect, figure: Figure) -> float:
    """The figure, higher is better; -inf where this effect has none: it never wins."""
    value: float | None = getattr(effect, figure)
    return -math.inf if value is None or math.isnan(value) else value


def as_json(value: object) -> Any:
    """Dataclasses, tuples and numbers as JSON; null where no finite number says it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list | frozenset):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
