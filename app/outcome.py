"""What a plan means for a model, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from quantengine.analyze.layer_report import LayerReport
from quantengine.analyze.report_layers import planned_reports
from quantengine.decisions import Decisions
from quantengine.graph.flow import Flow
from quantengine.graph.layers import Layer, model_layers
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import Resolution
from quantengine.work.candidate import Candidate
from quantengine.work.default import default_recipe
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work

from .layer_tree import LayerTree, layer_tree
from .rows import LayerRow, layer_rows


@dataclass(frozen=True, eq=False)
class Outcome:
    """What was asked for, and the candidate where statistics are there.

    `recipe` is what was decided, None: what is done by default. Until that is made, the candidate
    is that of the plan alone and not `settled`.
    """

    work: Work
    recipe: Recipe | None
    candidate: Candidate | None
    settled: bool
    decisions: Decisions
    flow: Flow
    layers: tuple[Layer, ...] = field(repr=False)
    reports: tuple[LayerReport, ...] = field(repr=False)
    """Of every layer; `rows` are those that are more than bookkeeping."""
    rows: tuple[LayerRow, ...] = field(repr=False)
    tree: LayerTree = field(repr=False)
    """The rows grouped by module."""

    @property
    def plan(self) -> QuantPlan:
        return self.work.plan

    @property
    def reference(self) -> FloatModel:
        """The float model as it was opened."""
        return self.work.model

    @property
    def model(self) -> FloatModel:
        return self.work.model if self.candidate is None else self.candidate.model

    @property
    def table(self) -> CalibrationTable | None:
        """The statistics of `model`."""
        return self.work.table if self.candidate is None else self.candidate.table

    @property
    def resolution(self) -> Resolution | None:
        return None if self.candidate is None else self.candidate.resolution

    @property
    def layer_reference(self) -> FloatModel:
        """Whose layers are to be compared with: recovery rescales tensors and keeps outputs."""
        trained = self.candidate is not None and self.candidate.trained is not None
        return self.reference if trained else self.model

    def tells_the_same_as(self, other: Outcome) -> bool:
        """Whether it comes of the same inputs, as after an undo."""
        ours, theirs = self.work, other.work
        pairs = ((ours.model, theirs.model), (ours.table, theirs.table))
        same = all(a is b for a, b in (*pairs, (ours.dataset, theirs.dataset)))
        asked = (ours.judge, self.recipe) == (theirs.judge, other.recipe)
        values = asked and (self.plan, self.settled) == (other.plan, other.settled)
        return self is other or (same and values)


def work_out(
    work: Work,
    recipe: Recipe | None = None,
    *,
    memo: Memo | None = None,
    monitor: Monitor = SILENT,
) -> Outcome:
    """The plan alone, before what is done beyond it; `memo` as in `resolve`.

    Raises PlanError where the plan does not suit the model.
    """
    candidate = None
    if work.table is not None and work.model.quantized is None:
        candidate = make(work, Recipe(), memo=memo, monitor=monitor)
    monitor.check()
    beyond = default_recipe(work) if recipe is None else recipe
    # Training is never made again by itself: until it is, the plan alone is what there is.
    settled = candidate is None or not beyond.steps or beyond.training is not None
    return _told(work, recipe, candidate, settled, {} if memo is None else memo)


def made_outcome(work: Work, recipe: Recipe | None, candidate: Candidate) -> Outcome:
    """What the recipe made of the work."""
    return _told(work, recipe, candidate, True, {})


def settled(outcome: Outcome, monitor: Monitor = SILENT) -> Outcome:
    """The outcome with what is done beyond the plan, which takes seconds where it is not made."""
    if outcome.settled:
        return outcome
    made = make(outcome.work, outcome.recipe, monitor=monitor)
    return made_outcome(outcome.work, outcome.recipe, made)


def _told(
    work: Work, recipe: Recipe | None, candidate: Candidate | None, is_settled: bool, memo: Memo
) -> Outcome:
    resolution = None if candidate is None else candidate.resolution
    model = work.model if candidate is None else candidate.model
    told = work if resolution is None else resolution
    decisions, flow = told.decisions, told.flow
    layers = _layers(model, flow, memo)
    reports = planned_reports(model, flow, decisions, resolution, layers)
    rows = layer_rows(reports)
    tree = _tree(rows, memo)
    return Outcome(
        work, recipe, candidate, is_settled, decisions, flow, layers, reports, rows, tree
    )


def _layers(model: FloatModel, flow: Flow, memo: Memo) -> tuple[Layer, ...]:
    """Layers change only with the flow, which a memo keeps alive."""
    known: tuple[Flow, tuple[Layer, ...]] | None = memo.get("layers")
    if known is None or known[0] is not flow:
        known = memo["layers"] = (flow, model_layers(model, flow))
    return known[1]


def _tree(rows: tuple[LayerRow, ...], memo: Memo) -> LayerTree:
    """Names hardly ever change."""
    names = tuple(row.name for row in rows)
    known: LayerTree | None = memo.get("tree")
    if known is None or known.names != names:
        known = memo["tree"] = layer_tree(names)
    return known
