"""Help for chosen layers in one click: what each does is one undo step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from quantengine.errors import PlanError
from quantengine.monitor import Monitor
from quantengine.patterns import any_of
from quantengine.plan import QuantPlan
from quantengine.ranges.registry import METHODS
from quantengine.recover.steps import are_judged, chosen_steps
from quantengine.work.recipe import Recipe

from .candidates import Trial, best, candidates
from .context import Context
from .decided import PLAN_ALONE
from .edits import ACTIVATIONS, WEIGHTS, set_tensor
from .jobs import Job
from .outcome import Outcome, settled, work_out
from .place import OUTPUT, Place
from .subject import producer, subject
from .translation import step_text

if TYPE_CHECKING:
    from quantengine.resolve.memo import Memo
    from quantengine.verdict.verdict import Verdict
    from quantengine.work.candidate import Candidate

_BIAS, _EQUALIZE = "bias", "equalize"


class LayerActions(QObject):
    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def best_method(self, tensors: Sequence[str]) -> Job | None:
        """Tries every method on these outputs and takes the one of highest SQNR of each."""
        outcome = self._context.document.outcome
        if outcome is None or outcome.resolution is None:
            return None
        table = outcome.table
        subjects = [
            subject(
                outcome,
                producer(outcome, tensor) or "",
                Place(OUTPUT, tensor),
                None if table is None else table.tensors.get(tensor),
            )
            for tensor in tensors
        ]

        def call(monitor: Monitor) -> dict[str, Trial]:
            found = {
                s.place.tensor: best(candidates(outcome, s, monitor=monitor)) for s in subjects
            }
            return {tensor: each for tensor, each in found.items() if each is not None}

        job = self._context.steps.start("best", self.tr("Trying methods"), call)
        job.done.connect(self._take_best)
        return job

    def best_for_output(self, weights: Sequence[str], outputs: Sequence[str]) -> Job | None:
        """Tries every method tensor by tensor and takes what the network's outputs like best.

        Trials are of plans alone; what they lead to is taken if it is better as it is written.
        """
        document, ready = self._context.document, self._context.network.ready
        work, recipe = document.work, document.decided.recipe
        if work is None or work.table is None or work.dataset is None:
            return None
        now, dataset = document.outcome, work.dataset
        tensors = [(WEIGHTS, t) for t in weights] + [(ACTIVATIONS, t) for t in outputs]
        memo: Memo = {}

        def level(tried: QuantPlan, monitor: Monitor) -> float:
            outcome = work_out(replace(work, plan=tried), PLAN_ALONE, memo=memo, monitor=monitor)
            return _known(ready.verdict(outcome, dataset, monitor))

        def written(tried: QuantPlan, monitor: Monitor) -> tuple[Outcome, float]:
            same = now is not None and now.work.table is work.table and now.plan == tried
            begun = now if same and now else work_out(replace(work, plan=tried), recipe, memo=memo)
            outcome = settled(begun, monitor)
            return outcome, _known(ready.verdict(outcome, dataset, monitor))

        def call(monitor: Monitor) -> tuple[Outcome, float, float]:
            chosen, highest = work.plan, level(work.plan, monitor)
            trials = [(r, t, m) for r, t in tensors for m in METHODS if _suits(m, r)]
            for role, tensor, method in monitor.track(trials, self.tr("Trying methods")):
                tried = set_tensor(chosen, role, [tensor], {"method": method})
                try:
                    reached = level(tried, monitor)
                except PlanError:
                    continue  # the statistics lack what the method needs
                if reached > highest:
                    chosen, highest = tried, reached
            found, before = written(work.plan, monitor)
            if chosen == work.plan:
                return found, before, before
            found, after = written(chosen, monitor)
            return found, before, after

        job = self._context.steps.start("best", self.tr("Trying methods"), call)
        job.done.connect(self._take_plan)
        return job

    def correct_bias(self, layers: Sequence[str]) -> Job | None:
        """Makes up for what rounding shifts in the outputs of these layers."""
        outcome = self._context.document.outcome
        if outcome is None or self.bias_obstacle(outcome, layers):
            return None
        step = f"{_BIAS}:{any_of(layers)}"
        steps = (*self._done(outcome), step)
        job = self._context.treatments.start(Recipe(tuple(dict.fromkeys(steps))))
        if job is not None:
            job.done.connect(self._tell)
        return job

    def equalize(self) -> Job | None:
        """Evens out the ranges of channels, beside what is done already."""
        outcome, recipe = self._context.document.outcome, self._context.document.decided.recipe
        if recipe is not None and recipe.training is not None:
            return None
        rest = [step for step in self._done(outcome) if step != _EQUALIZE]
        return self._context.treatments.start(Recipe((_EQUALIZE, *rest)))

    def _done(self, outcome: Outcome | None) -> tuple[str, ...]:
        """The steps that stay beside one that is named: of those nobody named what was kept."""
        recipe = self._context.document.decided.recipe
        made = None if outcome is None else outcome.candidate
        if recipe is not None and (made is None or not are_judged(recipe.steps)):
            return chosen_steps(recipe.steps) if recipe.steps else ()
        if made is None:
            return ()
        return tuple(report.step for report in made.reports if report.kept and not report.tried)

    def bias_obstacle(self, outcome: Outcome, layers: Sequence[str]) -> str:
        """Why no bias can be corrected, nothing where it can."""
        document = self._context.document
        recipe = document.decided.recipe
        if document.dataset is None:
            return self.tr("Choose data first.")
        if outcome.resolution is None:
            return self.tr("Calibrate first.")
        if recipe is not None and recipe.training is not None:
            return self.tr("Fine-tuning has trained every bias already.")
        done = outcome.candidate.recipe if recipe is None and outcome.candidate else recipe
        by_default = recipe is None and not outcome.settled
        if by_default or (done is not None and _BIAS in chosen_steps(done.steps)):
            return self.tr("Recovery has corrected every bias already.")
        nodes = outcome.flow.nodes
        if not any(name in nodes and nodes[name].weights for name in layers):
            return self.tr("It has no quantized weight whose error a bias could make up for.")
        return ""

    def _take_best(self, found: Mapping[str, Trial]) -> None:
        plan = self._context.document.plan
        for tensor, each in found.items():
            plan = set_tensor(plan, ACTIVATIONS, [tensor], {"method": each.method})
        names = ", ".join(sorted({each.method for each in found.values()}))
        self._context.document.edit(self.tr("best method: {0}").format(names), plan=plan)

    def _take_plan(self, found: tuple[Outcome, float, float]) -> None:
        outcome, before, after = found
        if after <= before:
            self._context.steps.noted.emit(
                self.tr("No method does better than what is chosen: {0:.1f} dB.").format(before)
            )
            return
        self._context.document.keep_outcome(outcome)
        self._context.document.edit(self.tr("best for the outputs"), plan=outcome.plan)
        self._context.steps.noted.emit(
            self.tr("Output SQNR {0:.1f} dB became {1:.1f} dB.").format(before, after)
        )

    def _tell(self, made: Candidate) -> None:
        self._context.steps.noted.emit(step_text(made.reports[-1]))


def _known(found: Verdict) -> float:
    return -math.inf if math.isnan(found.judged_db) else found.judged_db


def _suits(method: str, role: str) -> bool:
    return METHODS[method].for_weights or role != WEIGHTS
