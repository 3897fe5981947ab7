"""Every method's range for one tensor, side by side."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace

from quantengine.analyze.channels import planned_sqnr_db
from quantengine.analyze.grid import Figures, judge
from quantengine.errors import PlanError
from quantengine.monitor import SILENT, Monitor
from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeChoice
from quantengine.ranges.registry import METHODS

from .outcome import Outcome
from .place import WEIGHT
from .subject import Subject, planned


@dataclass(frozen=True, eq=False)
class Trial:
    """What the grid that one method leads to does."""

    method: str
    figures: Figures
    channel_sqnr_db: float | None = None
    """With a range for each channel of a weight, where that was asked for."""
    choice: RangeChoice | None = None
    """What was searched; None of a weight, whose values are searched as they are."""


def candidates(
    outcome: Outcome, subject: Subject, *, channels: bool = False, monitor: Monitor = SILENT
) -> tuple[Trial, ...]:
    """Methods that can answer for the whole tensor, with default parameters save the plan's own.

    With `channels`, weights are tried per channel too.
    """
    if subject.plan.integer is None or subject.stats is None or subject.follows:
        return ()
    is_weight = subject.place.role == WEIGHT
    names = [name for name, method in METHODS.items() if method.for_weights or not is_weight]
    found = []
    for name in monitor.track(names, "Trying methods"):
        own = subject.plan.parameters if name == subject.plan.method else ()
        plan = replace(subject.plan, method=name, parameters=own, low=None, high=None)
        with suppress(PlanError):  # the statistics lack what the method needs
            found.append(_candidate(outcome, subject, plan, channels and is_weight))
    return tuple(each for each in found if each is not None)


def best(found: tuple[Trial, ...]) -> Trial | None:
    """The candidate of the highest SQNR; the first of equals."""
    known = [each for each in found if not math.isnan(each.figures.sqnr_db)]
    return max(known, key=lambda each: each.figures.sqnr_db, default=None)


def _candidate(
    outcome: Outcome, subject: Subject, plan: TensorPlan, channels: bool
) -> Trial | None:
    place, stats = subject.place, subject.stats
    encoding, choice = planned(outcome, subject, plan)
    if encoding is None or stats is None or outcome.resolution is None:
        return None
    per_channel = None
    if channels and place.axis is not None:
        per_channel = planned_sqnr_db(
            outcome.model, outcome.resolution, place.tensor, place.axis, plan
        )
    return Trial(plan.method, judge(stats.distribution, encoding), per_channel, choice)
