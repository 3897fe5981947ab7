"""Recovery step by step, judged on samples held out: what nobody named is undone if it harms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from quantengine.analyze.gauge import Gauge
from quantengine.data.dataset import Dataset
from quantengine.decisions import plan_taps
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.patterns import any_of
from quantengine.plan import QuantPlan
from quantengine.recover.report import Recovered, StepReport, Watch, harm_told, told
from quantengine.recover.samples import MOST_BYTES, held_reference, recovery_samples
from quantengine.recover.sequences import Quick, Sequences
from quantengine.recover.state import State
from quantengine.recover.step import Step
from quantengine.recover.steps import AUTOMATIC, STEPS, are_judged, chosen_steps, named_step
from quantengine.resolve.resolve import resolve_plan, with_encodings
from quantengine.sentence import Sentence
from quantengine.verdict.figures import Judgement, most_gained, task_harm
from quantengine.verdict.judge import BY_WORST, Judge, holding
from quantengine.verdict.verdict import Verdict


@holding
def recover_plan(
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset,
    table: CalibrationTable | None = None,
    *,
    steps: Sequence[str] | None = None,
    judge: Judge = BY_WORST,
    watch: Watch | None = None,
    monitor: Monitor = SILENT,
) -> Recovered:
    """The best encodings of `plan` that the steps find with this data.

    `steps` None or `auto` takes all of `AUTO`, `quick` those of `QUICK`; `bias:PATTERN` is about
    the layers that match. Every fifth sample is held out to judge each step by the dB that `judge`
    names (worst slice, pooled, an output or slice): one that does harm is undone, but stays where
    it was named and `judged` does not stand before it. `watch` gets each report. Raises PlanError
    for an unknown step, DataError for too little data, Cancelled.
    """
    words = chosen_steps(steps)
    chosen = [named_step(word)[0] for word in words]
    most = MOST_BYTES if any(step.many for step in chosen) else MOST_BYTES // 2
    if table is None:
        taps, rounded = plan_taps(model, plan), plan.observe_quantized
        table = calibrate(model, dataset, taps, quantized_inputs=rounded, monitor=monitor)
    alone = plan.finds_ranges or any(step.alone(model, plan, table) for step in chosen)
    samples = recovery_samples(model, dataset, most_bytes=most, alone=alone, monitor=monitor)
    resolution = resolve_plan(model, plan, table, monitor=monitor)
    driver = _Driver(
        State(model, table, resolution, dataset, samples, judge=judge, monitor=monitor),
        Gauge(held_reference(model, samples, judge=judge, with_task=True, monitor=monitor)),
        automatic=steps is None or tuple(steps) in AUTOMATIC,
        judges=are_judged(steps),
        mends_biases=any(step.biases for step in chosen),
        watch=watch,
        monitor=monitor,
    )
    driver.run(words)
    state = driver.state
    found = with_encodings(state.model, state.resolution, state.table, state.encodings)
    return Recovered(state.model, state.table, found, tuple(driver.reports), samples.held_out)


@dataclass(eq=False)
class _Driver:
    """Applies step after step; where it `judges`, what held-out samples see do harm is undone."""

    state: State
    gauge: Gauge
    automatic: bool
    judges: bool
    mends_biases: bool
    watch: Watch | None
    monitor: Monitor
    reports: list[StepReport] = field(default_factory=list)
    behind: Quick | None = None
    """What follows counts too, once sequences were tried: `followed` is with it."""

    def __post_init__(self) -> None:
        self.verdict = self.followed = self._judged(self.state)

    def run(self, words: Sequence[str]) -> None:
        """Steps in order; rewrites that nobody named in the order that is best."""
        rewrites = [word for word in words if self.automatic and STEPS[word].rewrites]
        for word in words:
            self.monitor.check()
            if word not in rewrites:
                self.take(word)
            elif word == rewrites[0]:
                self._rewrite(rewrites, rounds=any(STEPS[each].many for each in words))

    def _rewrite(self, words: Sequence[str], *, rounds: bool) -> None:
        """The sequence of rewrites that what follows gains most by."""
        quick = Quick(self.gauge, rounds, self.monitor)
        found = Sequences(tuple(words), quick, self._watched, self.monitor)
        best = found.run(self.state)
        for word, text in found.idle.items():
            self._report(StepReport(word, math.nan, math.nan, False, text))
        if best is None:
            return
        self.behind, self.followed = quick, best.verdict
        self.reports += found.tree(best)
        for branch in best.along:
            judged = self._judged(branch.state)
            before, after = Judgement.of(self.verdict), Judgement.of(judged)
            self._report(told(branch.path[-1], before, after, True, branch.state.text))
            self.state, self.verdict = branch.state, judged

    def take(self, word: str) -> None:
        step, layers = named_step(word)
        obstacle = step.obstacle(self.state)
        if obstacle is None and self.automatic:
            obstacle = step.spared(self.state)
        if obstacle is not None:
            tried = self.state.said(obstacle)
        else:
            tried = step.apply(replace(self.state, layers=layers))
        if tried.is_as(self.state):
            opened = step.opened(self.state)
            self._report(StepReport(word, math.nan, math.nan, False, tried.text, opened=opened))
        elif not self.judges:
            self._keep(word, step, tried, self._judged(tried))
        else:
            self._decide(word, step, *self._needed(step, layers, tried, self._judged(tried)))

    def _keep(self, word: str, step: Step, tried: State, found: Verdict) -> None:
        """As it was named; shifts that a later step makes up for are no harm."""
        before, after, text = Judgement.of(self.verdict), Judgement.of(found), tried.text
        harms = not (after.no_worse_than(before) or (step.shifts and self.mends_biases))
        if harms and not before.known:
            harms, text = False, Sentence("The outputs give no figure to judge by. {0}", text)
        of_task = task_harm(self.verdict, found)
        if of_task is not None:
            harms, text = True, harm_told(of_task, text)
        if harms:
            text = Sentence("Held-out samples see harm; it stays since it was named. {0}", text)
        self._report(replace(told(word, before, after, True, text), harms=harms))
        self.state, self.verdict = tried, found

    def _needed(
        self, step: Step, layers: str, tried: State, found: Verdict
    ) -> tuple[State, Verdict]:
        """With the step at those of its places alone without which a slice loses too much."""
        begun = replace(self.state, layers=layers)
        places = [] if step.places is None else list(step.places(begun))
        for place in places[::-1]:
            fewer = [name for name in places if name != place]
            if not fewer:
                break
            without = step.apply(replace(begun, layers=any_of(fewer)))
            judged = self._judged(without)
            if most_gained(judged, found) <= step.worth_db:
                places, tried, found = fewer, without, judged
        return tried, found

    def _decide(self, word: str, step: Step, tried: State, found: Verdict) -> None:
        before, after, text = Judgement.of(self.verdict), Judgement.of(found), tried.text
        kept = after.no_worse_than(before)
        if step.worth_db and not most_gained(self.verdict, found) > step.worth_db:
            kept = False
            worth = f"{step.worth_db:g}"
            text = Sentence("No part of the outputs gains {0} dB. {1}", worth, text)
        ends = (self.verdict, found)
        if self.behind is not None and not (step.biases or step.worth_db):
            ends = (self.followed, self.behind.judged(tried))
            kept, text = _follows(text, *map(Judgement.of, ends))
        elif step.shifts and self.mends_biases:
            kept, text = _follows(text, *map(self._mended, (self.state, tried)))
        if kept and self.automatic and step.biases and word != "bias":
            kept = after.no_worse_than(self._mended(self.state))
            if not kept:
                text = Sentence("Correcting biases alone does better. {0}", text)
        harm = task_harm(*ends) if kept else None
        if harm is not None:
            kept, text = False, harm_told(harm, text)
        if not (kept or before.known):
            text = Sentence("Undone, since the outputs give no figure to judge by. {0}", text)
        self._report(told(word, before, after, kept, text))
        if kept:
            self.state, self.verdict = tried, found
            self.followed = ends[1]

    def _mended(self, state: State) -> Judgement:
        return Judgement.of(self._judged(STEPS["bias"].apply(replace(state, layers="*"))))

    def _judged(self, state: State) -> Verdict:
        return self.gauge.judge(state.model, state.encodings, monitor=self.monitor)

    def _report(self, report: StepReport) -> None:
        self.monitor.say(str(report))
        self.reports.append(report)
        self._watched(report)

    def _watched(self, report: StepReport) -> None:
        if self.watch is not None:
            self.watch(report)


def _follows(text: Sentence, before: Judgement, after: Judgement) -> tuple[bool, Sentence]:
    """Whether a step is worth it with what follows it, and the figures."""
    if before.count is None:
        db = (f"{one.sqnr_db:.1f}" for one in (before, after))
        text = Sentence("{0} With what follows: {1} -> {2} dB.", text, *db)
    return after.no_worse_than(before), text
