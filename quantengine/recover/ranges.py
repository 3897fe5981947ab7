"""The range method of all activations, chosen by what it alone does to the network's output."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from quantengine.analyze.simulate import ONLY_ACTIVATIONS
from quantengine.graph.model import FloatModel
from quantengine.memo import Memo
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import Parameters
from quantengine.recover.judge import Judge
from quantengine.resolve import Resolution, resolve_plan

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
    judge: Judge,
    *,
    monitor: Monitor = SILENT,
) -> Resolution | None:
    """The plan with another range method for activations, None where no other does better."""
    best: Resolution | None = None
    most = judge.judge(model, resolution.encodings, ONLY_ACTIVATIONS, monitor=monitor)
    for tried in other_methods(model, resolution, table, monitor=monitor):
        found = judge.judge(model, tried.encodings, ONLY_ACTIVATIONS, monitor=monitor)
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
    plan = resolution.plan
    memo: Memo = {}
    for method, parameters in (*_METHODS, _NARROW) if narrow else _METHODS:
        activations = replace(plan.activations, method=method, parameters=parameters)
        if activations != plan.activations:
            other = replace(plan, activations=activations)
            yield resolve_plan(model, other, table, memo=memo, monitor=monitor)
