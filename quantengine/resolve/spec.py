"""The grid that a plan means."""

from __future__ import annotations

from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.registry import METHODS


def spec_of(plan: TensorPlan, *, weight: bool) -> RangeSpec | None:
    """The grid of a tensor, None for a float; symmetric weights leave out the lowest code, unless
    the method puts the zero one code off the middle.
    """
    dtype = plan.integer
    known = METHODS.get(plan.method)
    leans = weight and known is not None and known.leans
    symmetric = plan.symmetric and not leans
    return None if dtype is None else RangeSpec(dtype, symmetric, weight and symmetric)
