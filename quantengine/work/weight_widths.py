"""How many weights a plan gives each width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from quantengine.decisions import weight_plans
from quantengine.work.work import Work


def weight_widths(work: Work) -> Mapping[int | None, int]:
    """Counts of weights by bits, the narrowest first; None: float.

    Raises PlanError for a pattern without a match.
    """
    plans = weight_plans(work.flow, work.decisions)
    known = Counter(None if p.integer is None else p.integer.bits for p in plans.values())
    kept = len(work.decisions.kept_float)
    if kept:
        known[None] += kept
    return dict(sorted(known.items(), key=lambda item: item[0] or 99))
