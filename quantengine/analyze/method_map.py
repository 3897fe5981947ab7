"""What every range method keeps of every tensor: methods against layers, from statistics alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from statistics import median_high
from typing import Any

from quantengine.analyze.metrics import as_json
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import TensorPlan
from quantengine.ranges.registry import METHODS
from quantengine.resolve.activations import ActivationEncoder
from quantengine.resolve.memo import Memo, known
from quantengine.resolve.resolve import Resolution
from quantengine.resolve.weights import WeightEncoder, granularity_of, weight_sqnr_db

WEIGHTS, ACTIVATIONS = "weights", "activations"


@dataclass(frozen=True)
class MethodRow:
    """One tensor; `layer` makes it, or reads it where no layer does.

    `db`: SQNR in dB by method, None where the method has no meaning for it. `used`: the method
    that chose under the plan, None where a person did.
    """

    layer: str
    tensor: str
    role: str
    dtype: str
    used: str | None
    db: tuple[float | None, ...]

    @property
    def best(self) -> int | None:
        """Place of the highest dB: that of the plan among equals, else the first."""
        found = {place: value for place, value in enumerate(self.db) if _is_number(value)}
        if not found:
            return None
        names = tuple(METHODS)
        return max(found, key=lambda place: (found[place], names[place] == self.used, -place))

    @property
    def behind(self) -> tuple[float | None, ...]:
        """How many dB each method lies below the best."""
        if self.best is None:
            return (None,) * len(self.db)
        top = self.db[self.best]
        assert top is not None
        return tuple(_distance(top, value) for value in self.db)


@dataclass(frozen=True)
class MethodSum:
    """What a method comes to over the rows of one role, in dB: the middle row, and the worst one.

    `best`: rows in which it is the best; `tried`: those for which it has a meaning; `behind_db`:
    how far it lies below the best; `worst` names the layer where that is furthest.
    """

    method: str
    role: str
    tried: int
    best: int
    db: float
    behind_db: float
    worst_behind_db: float
    worst: str


@dataclass(frozen=True)
class MethodMap:
    """`methods` name the columns; rows in the order of the graph, activations first."""

    methods: tuple[str, ...]
    rows: tuple[MethodRow, ...]

    def of(self, role: str) -> tuple[MethodRow, ...]:
        return tuple(row for row in self.rows if row.role == role)

    def sums(self, role: str) -> tuple[MethodSum, ...]:
        """Of the methods that have a meaning for some row, those that are best most often first."""
        rows = self.of(role)
        found = (self._sum(place, role, rows) for place in range(len(self.methods)))
        told = (each for each in found if each is not None)
        return tuple(sorted(told, key=lambda each: (-each.best, each.worst_behind_db)))

    def to_json(self) -> dict[str, Any]:
        """A JSON object; null where a method has no meaning or no finite number says it."""
        return {
            "methods": list(self.methods),
            "rows": [{**as_json(row), "best": self._named(row.best)} for row in self.rows],
        }

    def _named(self, place: int | None) -> str | None:
        return None if place is None else self.methods[place]

    def _sum(self, place: int, role: str, rows: tuple[MethodRow, ...]) -> MethodSum | None:
        known = {row: row.behind[place] for row in rows}
        behind = {row: value for row, value in known.items() if value is not None}
        if not behind:
            return None
        worst = max(behind, key=lambda row: behind[row])
        levels = [level for row in behind if (level := row.db[place]) is not None]
        return MethodSum(
            self.methods[place],
            role,
            len(behind),
            sum(row.best == place for row in rows),
            median_high(levels),
            median_high(behind.values()),
            behind[worst],
            worst.layer,
        )


def method_map(
    model: FloatModel,
    resolution: Resolution,
    table: CalibrationTable | None,
    *,
    memo: Memo | None = None,
    monitor: Monitor = SILENT,
) -> MethodMap:
    """Every method for every tensor that has codes, widths and granularity as they are planned.

    What methods a plan gives parameters to keep them. With a `memo` of earlier calls for the same
    model and table only what differs is computed. Weights count as rounded to the nearest code.
    Raises Cancelled.
    """
    found = _Trial(model, resolution, table, {} if memo is None else memo)
    todo = [
        *((ACTIVATIONS, tensor, plan) for tensor, plan in resolution.activation_plans.items()),
        *((WEIGHTS, tensor, plan) for tensor, plan in resolution.weight_plans.items()),
    ]
    rows = []
    for role, tensor, plan in monitor.track(todo, "Trying methods"):
        rows.append(found.row(role, tensor, plan, monitor))
    return MethodMap(tuple(METHODS), tuple(rows))


class _Trial:
    """Tries methods on the tensors of one network."""

    def __init__(
        self,
        model: FloatModel,
        resolution: Resolution,
        table: CalibrationTable | None,
        memo: Memo,
    ) -> None:
        flow, decisions = resolution.flow, resolution.decisions
        self.model, self.resolution, self.memo = model, resolution, memo
        self.activations = ActivationEncoder(model, flow, decisions, table, memo)
        self.weights = WeightEncoder(model, flow, decisions, resolution.plan.pair_safe, memo)
        self.readers = flow.readers()
        self.layers = _layers(resolution)

    def row(self, role: str, tensor: str, plan: TensorPlan, monitor: Monitor) -> MethodRow:
        measure = self._weight_db if role == WEIGHTS else self._activation_db
        found = []
        for name, method in METHODS.items():
            monitor.check()
            fits = role == ACTIVATIONS or method.for_weights
            own = plan.parameters if name == plan.method else ()
            tried = replace(plan, method=name, parameters=own, low=None, high=None)
            found.append(measure(tensor, tried) if fits else None)
        choice = self.resolution.choices.get(tensor)
        by = None if choice is None else choice.by
        used = None if plan.by_hand else by or plan.method
        return MethodRow(self.layers[tensor], tensor, role, plan.dtype, used, tuple(found))

    def _activation_db(self, tensor: str, plan: TensorPlan) -> float | None:
        key = (tensor, plan)
        if key not in self.memo:
            self.memo[key] = self.activations.encode(tensor, plan)
        _, choice, ratio = self.memo[key]
        return None if choice.by is not None else ratio

    def _weight_db(self, tensor: str, plan: TensorPlan) -> float | None:
        activations = self.resolution.encodings.activations

        def ratio() -> float | None:
            with suppress(PlanError):
                encoding = self.weights.encoding(tensor, plan, granularity, activations)
                values = self.model.weight(tensor)
                return weight_sqnr_db(values, encoding.fake_quantize(values))
            return None

        granularity = granularity_of(self.readers[tensor], plan)
        inputs = tuple(self._inputs(tensor))
        found: float | None = known(self.memo, ("map", tensor, plan), inputs, ratio)
        return found

    def _inputs(self, tensor: str) -> Iterator[object]:
        """The encodings whose scales decide whether a bias fits."""
        flow = self.resolution.flow
        for node, _ in self.readers[tensor]:
            owner = flow.owners.get(node.node.input[0], "")
            yield self.resolution.encodings.activations.get(owner)


def _layers(resolution: Resolution) -> dict[str, str]:
    """By tensor: the layer that makes it, else the first that reads it."""
    flow = resolution.flow
    found: dict[str, str] = {}
    for name, node in flow.nodes.items():
        for tensor in (*node.node.input, *(weight.tensor for weight in node.weights)):
            found.setdefault(flow.owners.get(tensor, tensor), name)
    made = {flow.owners.get(node.output, node.output): name for name, node in flow.nodes.items()}
    return found | made


def _is_number(value: float | None) -> bool:
    return value is not None and not math.isnan(value)


def _distance(top: float, value: float | None) -> float | None:
    if not _is_number(value):
        return None
    assert value is not None
    return 0.0 if top == value else top - value
