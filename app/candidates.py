"""Every method's range for one tensor, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from app.subject import Figures, Subject, judge
from quantengine.errors import PlanError
from quantengine.formats.encoding import encode_range
from quantengine.monitor import SILENT, Monitor
from quantengine.ranges.choice import RangeChoice, RangeSpec
from quantengine.ranges.registry import METHODS, choose


@dataclass(frozen=True, eq=False)
class Candidate:
    """What one method would choose; `figures` are those of the grid it leads to."""

    method: str
    choice: RangeChoice
    figures: Figures


def candidates(subject: Subject, *, monitor: Monitor = SILENT) -> tuple[Candidate, ...]:
    """Methods that can answer for the whole tensor, with default parameters save the plan's own."""
    dtype, stats = subject.plan.integer, subject.stats
    if dtype is None or stats is None:
        return ()
    is_weight = subject.place.role == "weight"
    spec = RangeSpec(dtype, subject.plan.symmetric, narrow=is_weight and subject.plan.symmetric)
    found = []
    for name in monitor.track(METHODS, "Trying methods"):
        if is_weight and not METHODS[name].for_weights:
            continue
        own = dict(subject.plan.parameters) if name == subject.plan.method else {}
        try:
            choice = choose(stats, spec, name, own)
        except PlanError:
            continue  # the statistics lack what the method needs
        encoding = encode_range(
            choice.low, choice.high, dtype, symmetric=spec.symmetric, narrow=spec.narrow
        )
        found.append(Candidate(name, choice, judge(stats.distribution, encoding)))
    return tuple(found)


def best(found: tuple[Candidate, ...]) -> Candidate | None:
    """The candidate of the highest SQNR; the first of equals."""
    known = [each for each in found if each.figures.sqnr_db == each.figures.sqnr_db]
    return max(known, key=lambda each: each.figures.sqnr_db, default=None)
