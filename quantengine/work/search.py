"""Mixed precision: widths of each layer, the smallest that keep an error or the best in a size.

What each width does alone only guides the way: every plan that is offered was run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from quantengine.analyze.gauge import Gauge
from quantengine.analyze.report_layers import layer_reports
from quantengine.errors import ExportError, PlanError
from quantengine.formats.metrics import sqnr_db
from quantengine.graph.missing import broken_constants
from quantengine.monitor import SILENT, Monitor
from quantengine.plan import DYNAMIC, QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import qdq_model
from quantengine.search.budget import Budget
from quantengine.search.front import Front, FrontPoint, undominated
from quantengine.search.knobs import Space, State, search_space
from quantengine.search.noise import Noise, measure_noise
from quantengine.search.operations import bit_operations
from quantengine.search.pareto import filled, states, steps
from quantengine.sentence import Sentence
from quantengine.targets import Widths, target_named
from quantengine.verdict.tasks.measure import SHARE
from quantengine.verdict.verdict import Verdict
from quantengine.work.reference import work_reference
from quantengine.work.trials import Trial, Trials, key_of, run_name
from quantengine.work.work import Work, observed

PROBES = 16
_FEW = 8
"""Samples, or steps, each width alone is measured on: what it predicts then was within 1 dB on
mobilenetv2.
"""

Watch = Callable[[FrontPoint], None]

_POINTS = 12
"""Plans measured beside those on the way to the limit."""

_TRIMS = 6
"""Most plans measured to spend what the limit leaves."""


def search_widths(
    work: Work,
    budget: Budget,
    *,
    widths: Widths | None = None,
    limit: int | None = PROBES,
    watch: Watch | None = None,
    checkpoint: Path | None = None,
    monitor: Monitor = SILENT,
) -> Front:
    """The front of size against error from a plan, on at most `limit` samples (None: all).

    Methods, granularities and what the plan sets for single layers stay; `widths` are those of
    its target where None. Statistics are collected where they are missing. Each width alone is
    measured on no more than 8 samples; `watch` gets each plan that was run. What was measured
    stands in the file `checkpoint`, from which a search with the same widths goes on, whatever its
    budget. Raises PlanError where nothing can be searched or the limit cannot be kept, DataError,
    Cancelled.
    """
    widths = target_named(work.plan.target).widths if widths is None else widths
    work = observed(work, monitor=monitor)
    space = _writable_space(work, widths, monitor)
    with work.judge.held():
        gauge = Gauge(work_reference(work, limit, monitor=monitor))
        samples = [one for sample in gauge.reference.samples for one in sample.apart]
        few = dict.fromkeys(samples[place * len(samples) // _FEW] for place in range(_FEW))
        parts = ("search", work.plan.to_json(), widths)
        name = "" if checkpoint is None else run_name(work, limit, parts)
        known = Trials(checkpoint, name, work.judge)
        if known.noise is None:
            judge = work.judge
            noise = measure_noise(work.model, space, tuple(few), judge=judge, monitor=monitor)
            known.add_noise(noise)
        trials = _Trials(work, space, known, gauge, monitor, watch)
        return _Search(trials, budget).front()


def _writable_space(work: Work, widths: Widths, monitor: Monitor) -> Space:
    """The search space; without 4 and 16 bits where the model's opset cannot know them."""
    model, plan = work.model, work.plan
    space = search_space(model, plan, work.table, widths, monitor=monitor)
    if any(found.encodings.dynamic for found in space.resolutions):
        raise PlanError(
            "Ranges found while running ('{0}') have no width to search: give the activations a "
            "type such as uint8.",
            DYNAMIC,
        )
    if all(knob.fixed or len(knob.levels) == 1 for knob in space.knobs):
        raise PlanError(
            "No layer of {0} has a choice of widths on {1} under this plan: see `quantengine "
            "inspect` for what can be quantized.",
            model.path.name,
            plan.target,
        )
    try:
        qdq_model(model, space.resolutions[0].encodings)
    except ExportError as error:
        if widths.only_bytes == widths:
            raise
        monitor.say(Sentence("Only 8 bits and float are searched: {0}", error))
        return _writable_space(work, widths.only_bytes, monitor)
    return space


@dataclass(eq=False)
class _Trials:
    """Measures states, each once."""

    work: Work
    space: Space
    known: Trials
    gauge: Gauge
    monitor: Monitor
    watch: Watch | None = None
    points: dict[State, FrontPoint] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reference = self.gauge.reference.itself
        assert self.known.noise is not None, "each width was measured before"
        self.noise: Noise = self.known.noise

    def point(self, state: State) -> FrontPoint:
        """The plan of a state, resolved and run like any other."""
        if state not in self.points:
            self.monitor.progress(len(self.points), None, "Measuring plans")
            self.monitor.check()
            self.points[state] = self._measured(state)
            if self.watch is not None:
                self.watch(self.points[state])
        return self.points[state]

    def _measured(self, state: State) -> FrontPoint:
        plan, model, table = self.space.plan_of(state), self.work.model, self.work.table
        resolution = resolve_plan(model, plan, table, memo=self.space.memo)
        found = self._judged(plan, resolution.encodings)
        return FrontPoint(
            plan,
            sum(row.bytes_after for row in layer_reports(model, resolution)),
            bit_operations(model, resolution.encodings, table),
            self.predicted_db(state),
            found.judged_db,
            found.agreement,
            self._drop(found),
            None if found.holds_floats else found.equal,
            found.own,
        )

    def _judged(self, plan: QuantPlan, encodings: Encodings) -> Verdict:
        key = key_of(plan, self.work.table)
        trial = self.known.of(key)
        if trial is not None and trial.effect is not None:
            return trial.effect
        found = self.gauge.judge(self.work.model, encodings, monitor=self.monitor)
        self.known.add(key, Trial(found))
        return found

    def predicted_db(self, state: State) -> float:
        """Noise powers of independent errors add up."""
        if not self.reference.holds_floats:
            return math.nan
        return sqnr_db(1.0, self.space.noise(self.noise, state))

    def _drop(self, found: Verdict) -> float | None:
        if found.own is not None and self.reference.own is not None:
            return self.reference.own.rank - found.own.rank
        figure = found.task.followed if found.task is not None and found.follows_task else None
        if figure is not None and figure.unit == SHARE:
            return 100 * (figure.unchanged.rank - figure.rank)
        before, after = self.reference.accuracy, found.accuracy
        if before is not None and after is not None:
            return 100 * (before - after)
        shares = (found.agreement, found.equal)
        return max((100 * (1 - share) for share in shares if share is not None), default=None)


class _Search:
    """Finds the first state on the way from few bits to many that keeps the limit."""

    def __init__(self, trials: _Trials, budget: Budget) -> None:
        self.trials, self.budget, self.space = trials, budget, trials.space
        self.steps = steps(self.space, trials.noise)
        self.way = [
            state
            for state in states(self.space, self.steps)
            if self.space.stored_bytes(state) < self.space.float_bytes
        ] or [self.space.lowest]

    def front(self) -> Front:
        if self.budget.max_bytes is not None:
            self._fill(self.budget.max_bytes)
        else:
            self._trim(self._bisect())
        last = len(self.way) - 1
        for place in sorted({round(last * part / (_POINTS - 1)) for part in range(_POINTS)}):
            self.trials.point(self.way[place])
        return self._result()

    def _fill(self, most_bytes: int) -> None:
        self.trials.point(filled(self.space, self.steps, most_bytes))
        within = [s for s in self.way if self.space.stored_bytes(s) <= most_bytes]
        if within:
            self.trials.point(within[-1])

    def _bisect(self) -> State:
        """Error falls along the way, so the first state within the limit lies between two."""
        low, high = -1, len(self.way) - 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.budget.holds(self.trials.point(self.way[middle])):
                high = middle
            else:
                low = middle
        return self.way[high]

    def _trim(self, state: State) -> None:
        """Takes bits back while the limit holds: the last step may have gone far beyond it."""
        tried = {state}
        for _ in range(_TRIMS if self.budget.holds(self.trials.point(state)) else 0):
            smaller = self._smaller(state, tried)
            if smaller is None:
                return
            tried.add(smaller)
            if self.budget.holds(self.trials.point(smaller)):
                state = smaller

    def _smaller(self, state: State, tried: set[State]) -> State | None:
        """The state one level lower that saves most bytes and should reach the target, if any."""
        target = self.budget.target_sqnr_db
        point = self.trials.point(state)
        if target is None or not math.isfinite(point.measured_db - point.predicted_db):
            return None
        spare = target + point.predicted_db - point.measured_db
        lower = [
            (*state[:knob], level - 1, *state[knob + 1 :])
            for knob, level in enumerate(state)
            if level > 0
        ]
        kept = [
            other
            for other in lower
            if other not in tried and self.trials.predicted_db(other) >= spare
        ]
        size = self.space.stored_bytes
        best = min(kept, key=lambda other: (size(other), sum(other)), default=None)
        return best if best is not None and size(best) < size(state) else None

    def _result(self) -> Front:
        trials, model = self.trials, self.trials.work.model
        points = undominated(trials.points.values())
        if not points:
            why = trials.reference.missing or "no plan gives numbers at the outputs"
            advice = " ".join(broken_constants(model)) or "Choose other data."
            raise PlanError(
                "No error of {0} can be measured on these samples: {1}. {2}",
                model.path.name,
                why,
                advice,
            )
        chosen = self.budget.best(points)
        if chosen is None:
            raise PlanError(self.budget.refusal(model.path.name, self.space.plan.target, points))
        return Front(
            model=model.path.name,
            samples=len(trials.gauge.reference.samples),
            float_bytes=self.space.float_bytes,
            float_bit_operations=bit_operations(model, None, trials.work.table),
            points=points,
            chosen=chosen,
            doubt=trials.reference.doubt,
        )
