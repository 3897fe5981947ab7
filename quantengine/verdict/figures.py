"""The one number of a verdict that somebody follows, and which of two is better."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from quantengine.verdict.judge import WORST
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.verdict.tasks.harm import Harm, harm_of
from quantengine.verdict.verdict import Verdict

Figure = Literal["own", "judged_db", "equal"]
"""What verdicts are ranked by: a person's metric, the dB they follow, or the share of equal
integers."""


def doubts(*verdicts: Verdict | None) -> tuple[str, ...]:
    """What makes one doubt the figures, each once."""
    said = (verdict.doubt for verdict in verdicts if verdict is not None)
    return tuple(dict.fromkeys(doubt for doubt in said if doubt is not None))


def common_figure(verdicts: Iterable[Verdict]) -> Figure | None:
    """The figure that tells these apart; None where there is none."""
    known = tuple(verdicts)
    if any(verdict.own is not None for verdict in known):
        return "own"
    if any(verdict.judged_db > -math.inf for verdict in known):
        return "judged_db"
    if known and all(verdict.equal is not None for verdict in known):
        return "equal"
    return None


def value_of(verdict: Verdict, figure: Figure) -> float:
    """The figure, higher is better; -inf where this verdict has none: it never wins."""
    own = verdict.own
    counts = {"own": None if own is None else own.rank, "equal": verdict.equal}
    value = counts.get(figure, verdict.judged_db)
    return -math.inf if value is None or math.isnan(value) else value


def gained(figure: Figure, before: Verdict, after: Verdict) -> float:
    """By how much the figure rises; 0 where both are exact, nan where nothing tells."""
    if figure == "judged_db":
        return _rise(before.judged_db, after.judged_db)
    if figure == "equal":
        return _rise(before.equal, after.equal)
    return _rise(*(None if each.own is None else each.own.rank for each in (before, after)))


def _rise(before: float | None, after: float | None) -> float:
    """nan where one is no number, or both are -inf."""
    if before is None or after is None:
        return math.nan
    return 0.0 if after == before > -math.inf else after - before


def most_gained(before: Verdict, after: Verdict) -> float:
    """The dB that the slice (or output) which gains most of a change gains; -inf without any."""
    gains = (_gain(known, after.db_of(name)) for name, known in _slices(before))
    return max((gain for gain in gains if not math.isnan(gain)), default=-math.inf)


def task_harm(before: Verdict, after: Verdict) -> Harm | None:
    """What a change surely takes from the figure of a certain task, where that is not followed.

    None where nobody sees harm, or somebody chose what to follow.
    """
    return harm_of(before.task, after.task) if before.judge.follows == WORST else None


def _slices(found: Verdict) -> Iterator[tuple[str, float]]:
    for output in found.outputs:
        judged = [each for each in output.slices if each.judged]
        yield from ((each.name, each.db) for each in judged)
        if not judged:
            yield output.name, output.worst_db


def _gain(before: float, after: float) -> float:
    return 0.0 if before == after else after - before


@dataclass(frozen=True)
class Judgement:
    """The dB that is followed; `equal`: the share of equal integers where no output is float.

    nan and None where there is none. `own` is a person's metric where that is followed instead.
    """

    sqnr_db: float = math.nan
    equal: float | None = None
    own: TaskFigure | None = None

    @classmethod
    def of(cls, verdict: Verdict) -> Judgement:
        if verdict.holds_floats:
            return cls(verdict.judged_db, own=verdict.own)
        return cls(equal=verdict.equal, own=verdict.own)

    @property
    def known(self) -> bool:
        return self.count is not None or self.sqnr_db > -math.inf

    @property
    def count(self) -> float | None:
        """What is followed and is no dB: the metric, or the share of equal integers."""
        return self.equal if self.own is None else self.own.rank

    def no_worse_than(self, before: Judgement) -> bool:
        """Whether a figure says so: what cannot be judged is no better than anything."""
        if self.count is not None:
            return before.count is None or self.count >= before.count
        better = self.sqnr_db >= before.sqnr_db or math.isnan(before.sqnr_db)
        return better and self.sqnr_db > -math.inf

    def better_than(self, before: Judgement, worth_db: float = 0.0) -> bool:
        """Whether a figure is higher, of dB by more than `worth_db`."""
        if self.count is not None:
            return before.count is not None and self.count > before.count
        return self.sqnr_db > before.sqnr_db + worth_db
