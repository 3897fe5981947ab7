"""The range of every activation: which method chose it, what it tried and how it got there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quantengine.analyze.metrics import as_json
from quantengine.decisions import activation_plans
from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeChoice
from quantengine.ranges.words import worded
from quantengine.resolve.resolve import Resolution


@dataclass(frozen=True, eq=False)
class ChosenRange:
    """`sqnr_db` is what the codes keep of the tensor; None where it is not known."""

    tensor: str
    plan: TensorPlan
    choice: RangeChoice
    sqnr_db: float | None

    @property
    def method(self) -> str:
        """Who chose: the method asked for, the one in its place, or `by hand`."""
        return "by hand" if self.plan.by_hand else self.choice.by or self.plan.method

    def to_json(self) -> dict[str, Any]:
        """A JSON object; objective and descent as lists, where the method searched."""
        curve, descent = self.choice.curve, self.choice.descent
        found: dict[str, Any] = {
            "tensor": self.tensor,
            "asked": self.plan.method,
            "method": self.method,
            "parameters": {name: worded(name, value) for name, value in self.plan.parameters},
            "low": self.choice.low,
            "high": self.choice.high,
            "sqnr_db": as_json(self.sqnr_db),
            "note": self.choice.note,
        }
        if curve is not None:
            found["objective"] = {
                "of": curve.label,
                "end": curve.threshold.tolist(),
                "value": as_json(curve.objective.tolist()),
            }
        if descent is not None:
            ends, losses = descent.threshold.tolist(), descent.loss.tolist()
            found["descent"] = {"end": ends, "mean_squared_error": losses}
        return found


def chosen_ranges(resolution: Resolution) -> tuple[ChosenRange, ...]:
    """In the order of the graph."""
    plans = activation_plans(resolution.flow, resolution.decisions)
    return tuple(
        ChosenRange(tensor, plans[tensor], choice, resolution.sqnr_db.get(tensor))
        for tensor, choice in resolution.choices.items()
    )
