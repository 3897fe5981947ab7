"""What a plan means for a model, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from quantengine.analyze.layer_report import LayerReport, planned_reports
from quantengine.decisions import Decisions
from quantengine.graph.flow import Flow, integer_flow
from quantengine.graph.layers import Layer, model_layers
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import Resolution, plan_decisions, resolve_plan

from .recipe import Treated
from .rows import LayerRow, layer_rows


@dataclass(frozen=True, eq=False)
class Outcome:
    """A plan read against a model, resolved where statistics are there, with its inputs."""

    model: FloatModel
    table: CalibrationTable | None
    plan: QuantPlan
    decisions: Decisions
    flow: Flow
    layers: tuple[Layer, ...] = field(repr=False)
    reports: tuple[LayerReport, ...] = field(repr=False)
    """Of every layer; `rows` are those that are more than bookkeeping."""
    rows: tuple[LayerRow, ...] = field(repr=False)
    resolution: Resolution | None
    treated: Treated | None = None
    """Where model, statistics and resolution are those after a recipe."""

    @property
    def reference(self) -> FloatModel:
        """The float model as it was opened."""
        return self.model if self.treated is None else self.treated.reference

    def tells_the_same_as(self, other: Outcome) -> bool:
        """Whether it comes of the same inputs, as after an undo."""
        pairs = ((self.model, other.model), (self.table, other.table))
        same = all(a is b for a, b in (*pairs, (self.treated, other.treated)))
        return self is other or (same and self.plan == other.plan)

    @property
    def layer_reference(self) -> FloatModel:
        """Whose layers are to be compared with: recovery rescales tensors and keeps outputs."""
        trained = self.treated is not None and self.treated.trained is not None
        return self.reference if trained else self.model


def treated_outcome(treated: Treated) -> Outcome:
    """What a recipe made of a plan."""
    resolution = treated.resolution
    layers = model_layers(treated.model, resolution.flow)
    reports = planned_reports(
        treated.model, resolution.flow, resolution.decisions, resolution, layers
    )
    return Outcome(
        treated.model,
        treated.statistics,
        treated.plan,
        resolution.decisions,
        resolution.flow,
        layers,
        reports,
        layer_rows(reports),
        resolution,
        treated,
    )


def work_out(
    model: FloatModel,
    plan: QuantPlan,
    table: CalibrationTable | None,
    *,
    memo: Memo | None = None,
    monitor: Monitor = SILENT,
) -> Outcome:
    """`memo` as in `resolve`. Raises PlanError where the plan does not suit the model."""
    resolution = None
    if table is not None and model.quantized is None:
        resolution = resolve_plan(model, plan, table, memo=memo, monitor=monitor)
        decisions, flow = resolution.decisions, resolution.flow
    else:
        decisions = plan_decisions(model, plan)
        flow = integer_flow(model, decisions.kept_float, quantize_outputs=plan.quantize_outputs)
    monitor.check()
    layers = _layers(model, flow, {} if memo is None else memo)
    reports = planned_reports(model, flow, decisions, resolution, layers)
    rows = layer_rows(reports)
    return Outcome(model, table, plan, decisions, flow, layers, reports, rows, resolution)


def _layers(model: FloatModel, flow: Flow, memo: Memo) -> tuple[Layer, ...]:
    """Layers change only with the flow, which a memo keeps alive."""
    known = memo.get("layers")
    if known is None or known[0] is not flow:
        known = memo["layers"] = (flow, model_layers(model, flow))
    return known[1]
