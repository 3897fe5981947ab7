"""Recovery step by step, each kept only if held-out samples do not see it do harm."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from quantengine.data.dataset import Dataset
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.absorb import absorb_high_bias
from quantengine.recover.asymmetric import asymmetric_plan
from quantengine.recover.bias import correct_bias
from quantengine.recover.equalize import equalize
from quantengine.recover.judge import Judge, Judgement
from quantengine.recover.ranges import best_method, other_methods, usual_method
from quantengine.recover.report import Recovered, StepReport, Watch
from quantengine.recover.rounding import SCALE_RATIOS, Method, round_weights
from quantengine.recover.samples import (
    MOST_BYTES,
    Samples,
    first_samples,
    recovery_samples,
)
from quantengine.recover.smooth import smooth
from quantengine.recover.steps import AUTOMATIC, chosen_steps
from quantengine.recover.tune import tune_ranges
from quantengine.resolve.resolve import Resolution, resolve_plan, with_encodings
from quantengine.rewrite.encodings import Encodings

_BYTE = 8


def recover_plan(
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset,
    table: CalibrationTable | None = None,
    *,
    steps: Sequence[str] | None = None,
    watch: Watch | None = None,
    monitor: Monitor = SILENT,
) -> Recovered:
    """The best encodings of `plan` that the steps find with this data.

    `steps` None or `auto` takes all of `AUTO`, `quick` those of `QUICK`; `bias:PATTERN` is about
    the layers that match. Every fifth sample is held out to judge each step; `watch` gets each
    report. Raises PlanError for an unknown step, DataError for too little data, Cancelled.
    """
    automatic = steps is None or tuple(steps) in AUTOMATIC
    chosen = chosen_steps(steps)
    rounds = any(step in ("round", "adaround", "tune") for step in chosen)
    most = MOST_BYTES if rounds else MOST_BYTES // 2
    samples = recovery_samples(
        model, dataset, most_bytes=most, alone=plan.finds_ranges, monitor=monitor
    )
    if table is None:
        table = calibrate(model, dataset, model_taps(model), monitor=monitor)
    resolution = resolve_plan(model, plan, table, monitor=monitor)
    judge = Judge(model, samples.held, monitor=monitor)
    first = judge.judge(model, resolution.encodings, monitor=monitor)
    work = _Recovery(
        _State(model, table, resolution, first),
        dataset,
        samples,
        judge,
        automatic,
        any(step in ("round", "adaround") or step.startswith("bias") for step in chosen),
        watch,
        monitor,
    )
    for step in chosen:
        monitor.check()
        work.take(step)
    state = work.state
    found = with_encodings(state.model, state.resolution, state.table, state.encodings)
    return Recovered(state.model, state.table, found, tuple(work.reports), samples.held_out)


@dataclass(frozen=True, eq=False)
class _State:
    """The best so far, and what held-out samples say of it."""

    model: FloatModel
    table: CalibrationTable
    resolution: Resolution
    judgement: Judgement

    @property
    def encodings(self) -> Encodings:
        return self.resolution.encodings


@dataclass(eq=False)
class _Recovery:
    state: _State
    dataset: Dataset
    samples: Samples
    judge: Judge
    automatic: bool
    corrects_biases: bool
    """Whether some step is about biases, so that others need not be judged by shifts."""
    watch: Watch | None
    monitor: Monitor
    reports: list[StepReport] = field(default_factory=list)

    def take(self, step: str) -> None:
        steps: dict[str, Callable[[], None]] = {
            "fold": self._fold,
            "equalize": self._equalize,
            "smooth": self._smooth,
            "absorb": self._absorb,
            "asymmetric": self._asymmetric,
            "ranges": self._ranges,
            "bias": self._bias,
            "round": self._round,
            "adaround": self._adaround,
            "tune": self._tune,
        }
        if step in steps:
            steps[step]()
        else:
            self._bias(step.removeprefix("bias:"))

    def _fold(self) -> None:
        count = len(self.state.model.foldings)
        self._nothing(
            "fold",
            f"{count} nodes became part of the layers beside them when the model was opened."
            if count
            else "The model has nothing to fold, or was opened without folding.",
        )

    def _equalize(self) -> None:
        if self._apart("equalize"):
            return
        found = equalize(self.state.model, self.state.table, monitor=self.monitor)
        self._try_model("equalize", found.model, found.text)

    def _apart(self, step: str) -> bool:
        """Whether `auto` leaves a step out that only evens out ranges of weights."""
        plans = self.state.resolution.weight_plans.values()
        if not plans:
            self._nothing(step, "No layer has weights as integers.")
            return True
        if self.automatic and all(plan.granularity != "tensor" for plan in plans):
            self._nothing(step, "Not tried: every channel of the weights has its own scale.")
            return True
        return False

    def _smooth(self) -> None:
        found = smooth(self.state.model, self.state.table, monitor=self.monitor)
        self._try_model("smooth", found.model, found.text)

    def _absorb(self) -> None:
        if self._apart("absorb"):
            return
        found = absorb_high_bias(self.state.model, self.state.table, monitor=self.monitor)
        self._try_model("absorb", found.model, found.text)

    def _asymmetric(self) -> None:
        plan, text = asymmetric_plan(self.state.resolution)
        if plan is None:
            self._nothing("asymmetric", text)
            return
        tried = self._resolved(self.state.model, plan, self.state.table)
        if not self.corrects_biases:
            self._judge("asymmetric", tried, text)
            return
        before, after = (self._corrected(state) for state in (self.state, tried))
        if self.state.judgement.equal is None:
            db = f"{before.sqnr_db:.1f} -> {after.sqnr_db:.1f} dB"
            text = f"{text} With biases corrected: {db}."
        self._decide("asymmetric", tried, after.no_worse_than(before), text)

    def _corrected(self, state: _State) -> Judgement:
        """Once biases are corrected: shifts of few bits would drown what a grid is worth."""
        found = correct_bias(state.model, state.encodings, self.samples, monitor=self.monitor)
        return self.judge.judge(state.model, found.encodings, monitor=self.monitor)

    def _ranges(self) -> None:
        state = self.state
        if not state.encodings.activations:
            self._nothing("ranges", "The plan gives activations no range.")
            return
        chunks = (*first_samples(self.samples), *self.samples.held)
        best = best_method(
            state.model,
            state.resolution,
            state.table,
            Judge(state.model, chunks, monitor=self.monitor),
            monitor=self.monitor,
        )
        if best is None:
            used = usual_method(state.resolution)
            self._nothing("ranges", f"No method does better than '{used.method}'.")
            return
        found = self.judge.judge(state.model, best.encodings, monitor=self.monitor)
        chosen = usual_method(best)
        words = ", ".join([chosen.method, *(f"{k}={v:g}" for k, v in chosen.parameters)])
        text = f"Activations take the method '{words}'."
        self._judge("ranges", replace(state, resolution=best, judgement=found), text)

    def _bias(self, pattern: str = "") -> None:
        state, layers = self.state, pattern or "*"
        if self.automatic and state.encodings.codes:
            self._nothing("bias", "Not tried: rounding has matched the biases already.")
            return
        found = correct_bias(
            state.model, state.encodings, self.samples, layers=layers, monitor=self.monitor
        )
        step = f"bias:{pattern}" if pattern else "bias"
        self._try_encodings(step, found.encodings, found.text, found.layers > 0)

    def _round(self) -> None:
        resolution = self.state.resolution
        bits = {resolution.encodings.weights[name].dtype.bits for name in resolution.weight_plans}
        if self.automatic and bits and min(bits) > _BYTE:
            self._nothing("round", f"Not tried: {min(bits)} bits lose little to rounding.")
            return
        self._rounded("round", "second_order")

    def _adaround(self) -> None:
        self._rounded("adaround", "adaptive")

    def _rounded(self, step: str, method: Method) -> None:
        few = any(e.dtype.bits < 8 for e in self.state.encodings.weights.values())
        found = round_weights(
            self.state.model,
            replace(self.state.encodings, codes={}),
            self.samples,
            method=method,
            inputs="either" if method == "second_order" else "quantized",
            ratios=SCALE_RATIOS if few and method == "second_order" else (1.0,),
            pair_safe=self.state.resolution.plan.pair_safe,
            monitor=self.monitor,
        )
        self._try_encodings(step, found.encodings, found.text, found.layers > 0)

    def _tune(self) -> None:
        state = self.state
        if not state.encodings.activations:
            self._nothing("tune", "The plan gives activations no range.")
            return
        others = other_methods(
            state.model, state.resolution, state.table, narrow=True, monitor=self.monitor
        )
        tuned = tune_ranges(
            state.model, state.resolution, [*others], self.samples, monitor=self.monitor
        )
        self._try_encodings("tune", tuned.encodings, tuned.text, tuned.changed > 0)

    def _try_model(self, step: str, model: FloatModel, text: str) -> None:
        if model is self.state.model:
            self._nothing(step, text)
            return
        table = calibrate(model, self.dataset, model_taps(model), monitor=self.monitor)
        self._judge(step, self._resolved(model, self.state.resolution.plan, table), text)

    def _resolved(self, model: FloatModel, plan: QuantPlan, table: CalibrationTable) -> _State:
        resolution = resolve_plan(model, plan, table, monitor=self.monitor)
        found = self.judge.judge(model, resolution.encodings, monitor=self.monitor)
        return _State(model, table, resolution, found)

    def _try_encodings(self, step: str, encodings: Encodings, text: str, changed: bool) -> bool:
        if not changed:
            self._nothing(step, text)
            return False
        found = self.judge.judge(self.state.model, encodings, monitor=self.monitor)
        resolution = replace(self.state.resolution, encodings=encodings)
        return self._judge(step, replace(self.state, resolution=resolution, judgement=found), text)

    def _judge(self, step: str, tried: _State, text: str) -> bool:
        return self._decide(step, tried, tried.judgement.no_worse_than(self.state.judgement), text)

    def _decide(self, step: str, tried: _State, kept: bool, text: str) -> bool:
        before, after = self.state.judgement, tried.judgement
        if not (kept or before.known):
            text = f"Undone, since the outputs give no figure to judge by. {text}"
        figures = (before.sqnr_db, after.sqnr_db)
        shares = (before.equal, after.equal)
        self._report(StepReport(step, *figures, kept, text, *shares))
        if kept:
            self.state = tried
        return kept

    def _nothing(self, step: str, text: str) -> None:
        self._report(StepReport(step, math.nan, math.nan, False, text))

    def _report(self, report: StepReport) -> None:
        self.monitor.say(str(report))
        self.reports.append(report)
        if self.watch is not None:
            self.watch(report)
