"""Every method's range for one tensor, side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass

from quantengine.analyze.channels import per_channel_sqnr_db
from quantengine.analyze.grid import Figures, judge
from quantengine.errors import PlanError
from quantengine.formats.encoding import encode_range
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.ranges.choice import RangeChoice, RangeSpec
from quantengine.ranges.registry import METHODS, choose

from .subject import WEIGHT, Subject


@dataclass(frozen=True, eq=False)
class Candidate:
    """What one method would choose; `figures` are those of the grid it leads to."""

    method: str
    choice: RangeChoice
    figures: Figures
    channel_sqnr_db: float | None = None
    """With a range for each channel of a weight, where that was asked for."""


def candidates(
    subject: Subject, model: FloatModel | None = None, *, monitor: Monitor = SILENT
) -> tuple[Candidate, ...]:
    """Methods that can answer for the whole tensor, with default parameters save the plan's own.

    With a `model`, weights are tried per channel too.
    """
    dtype, stats = subject.plan.integer, subject.stats
    if dtype is None or stats is None:
        return ()
    is_weight = subject.place.role == WEIGHT
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
        per_channel = None
        if is_weight and model is not None:
            per_channel = _per_channel_db(subject, model, spec, name, own)
        found.append(Candidate(name, choice, judge(stats.distribution, encoding), per_channel))
    return tuple(found)


def best(found: tuple[Candidate, ...]) -> Candidate | None:
    """The candidate of the highest SQNR; the first of equals."""
    known = [each for each in found if not math.isnan(each.figures.sqnr_db)]
    return max(known, key=lambda each: each.figures.sqnr_db, default=None)


def _per_channel_db(
    subject: Subject, model: FloatModel, spec: RangeSpec, method: str, own: dict[str, float]
) -> float | None:
    values, axis = model.constant(subject.place.tensor), subject.place.axis
    if values is None or axis is None:
        return None
    return per_channel_sqnr_db(values, axis, spec, method, own)
