"""The grid that a plan means."""

from __future__ import annotations

from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeSpec


def spec_of(plan: TensorPlan, *, weight: bool) -> RangeSpec | None:
    """The grid of a tensor, None for a float; symmetric weights leave out the lowest code."""
    dtype = plan.integer
    return None if dtype is None else RangeSpec(dtype, plan.symmetric, weight and plan.symmetric)
