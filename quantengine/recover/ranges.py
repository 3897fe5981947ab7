"""The range method of all activations, chosen by what it alone does to the network's output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from quantengine.analyze.gauge import Gauge
from quantengine.analyze.simulate import ONLY_ACTIVATIONS
from quantengine.decisions import activation_plans
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.patterns import exact
from quantengine.plan import Parameters, QuantPlan, Setting, TensorPlan
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import Resolution, plan_decisions, resolve_plan
from quantengine.rewrite.encodings import Encodings
from quantengine.verdict.figures import Judgement

_WORTH_DB = 0.1
"""Less is chance."""
_METHODS: tuple[tuple[str, Parameters], ...] = (
    ("mse", ()),
    ("lp", (("p", 2.4),)),
    ("lp", (("p", 3.0),)),
    ("minmax", ()),
)
_NARROW: tuple[str, Parameters] = ("percentile", (("p", 0.9999),))
"""What only single tensors bear."""


def best_method(
    model: FloatModel,
    resolution: Resolution,
    table: CalibrationTable,
    gauge: Gauge,
    *,
    monitor: Monitor = SILENT,
) -> Resolution | None:
    """The plan with another range method for activations, None where no other does better."""
    best: Resolution | None = None

    def judged(encodings: Encodings) -> Judgement:
        return Judgement.of(gauge.judge(model, encodings, ONLY_ACTIVATIONS, monitor=monitor))

    most = judged(resolution.encodings)
    for tried in other_methods(model, resolution, table, monitor=monitor):
        found = judged(tried.encodings)
        if found.better_than(most, _WORTH_DB if best is None else 0.0):
            most, best = found, tried
    return best


def other_methods(
    model: FloatModel,
    resolution: Resolution,
    table: CalibrationTable,
    *,
    narrow: bool = False,
    monitor: Monitor = SILENT,
) -> Iterator[Resolution]:
    """The plan under each method worth trying that is not its own."""
    used = usual_method(resolution)
    memo: Memo = {}
    for method, parameters in (*_METHODS, _NARROW) if narrow else _METHODS:
        if (method, parameters) != (used.method, used.parameters):
            other = _with_method(model, resolution, method, parameters)
            yield resolve_plan(model, other, table, memo=memo, monitor=monitor)


def usual_method(resolution: Resolution) -> TensorPlan:
    """The plan of an activation whose range most others find as it does."""
    plans = resolution.activation_plans.values()
    counts = Counter((plan.method, plan.parameters) for plan in plans if _searched(plan))
    if not counts:
        return resolution.plan.activations
    method, parameters = counts.most_common(1)[0][0]
    return replace(resolution.plan.activations, method=method, parameters=parameters)


def _with_method(
    model: FloatModel, resolution: Resolution, method: str, parameters: Parameters
) -> QuantPlan:
    """The plan in which the activations of the usual method have another.

    Ranges set by hand and what single tensors were given beside most stay.
    """
    used, default = usual_method(resolution), resolution.plan.activations
    plan = resolution.plan
    if (default.method, default.parameters) == (used.method, used.parameters):
        plan = replace(plan, activations=replace(default, method=method, parameters=parameters))
    found = activation_plans(resolution.flow, plan_decisions(model, plan))
    for tensor, before in resolution.activation_plans.items():
        same = (before.method, before.parameters) == (used.method, used.parameters)
        if (
            same
            and _searched(before)
            and ((found[tensor].method, found[tensor].parameters) != (method, parameters))
        ):
            settings: dict[str, Setting] = {"method": method, **dict(parameters)}
            prefixed = {f"activations.{key}": value for key, value in settings.items()}
            plan = plan.with_override(exact(tensor), **prefixed)
    return plan


def _searched(plan: TensorPlan) -> bool:
    """Whether a method finds the range, not a person."""
    return plan.low is None or plan.high is None
