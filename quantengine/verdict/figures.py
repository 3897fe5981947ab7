"""The one number of a verdict that somebody follows, and which of two is better."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from quantengine.verdict.verdict import Verdict

Figure = Literal["judged_db", "equal"]
"""What verdicts are ranked by: the dB they follow, or the share of equal integers."""


def doubts(*verdicts: Verdict | None) -> tuple[str, ...]:
    """What makes one doubt the figures, each once."""
    said = (verdict.doubt for verdict in verdicts if verdict is not None)
    return tuple(dict.fromkeys(doubt for doubt in said if doubt is not None))


def common_figure(verdicts: Iterable[Verdict]) -> Figure | None:
    """The figure that tells these apart; None where there is none."""
    known = tuple(verdicts)
    if any(verdict.judged_db > -math.inf for verdict in known):
        return "judged_db"
    if known and all(verdict.equal is not None for verdict in known):
        return "equal"
    return None


def value_of(verdict: Verdict, figure: Figure) -> float:
    """The figure, higher is better; -inf where this verdict has none: it never wins."""
    value: float | None = getattr(verdict, figure)
    return -math.inf if value is None or math.isnan(value) else value


@dataclass(frozen=True)
class Judgement:
    """The dB that is followed; `equal`: the share of equal integers where no output is float.

    nan and None where there is none.
    """

    sqnr_db: float = math.nan
    equal: float | None = None

    @classmethod
    def of(cls, verdict: Verdict) -> Judgement:
        if verdict.holds_floats:
            return cls(verdict.judged_db)
        return cls(equal=verdict.equal)

    @property
    def known(self) -> bool:
        return self.equal is not None or self.sqnr_db > -math.inf

    def no_worse_than(self, before: Judgement) -> bool:
        """Whether a figure says so: what cannot be judged is no better than anything."""
        if self.equal is not None:
            return before.equal is None or self.equal >= before.equal
        better = self.sqnr_db >= before.sqnr_db or math.isnan(before.sqnr_db)
        return better and self.sqnr_db > -math.inf

    def better_than(self, before: Judgement, worth_db: float = 0.0) -> bool:
        """Whether a figure is higher, of dB by more than `worth_db`."""
        if self.equal is not None:
            return before.equal is not None and self.equal > before.equal
        return self.sqnr_db > before.sqnr_db + worth_db
