"""Recovery: steps that mend what rounding broke, each with what it gained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox

from quantengine.recover.report import StepReport
from quantengine.recover.steps import JUDGED, STEPS
from quantengine.work.recipe import Recipe

from ..context import Context
from ..decided import PLAN_ALONE
from ..expected import FULL, QUICK
from ..jobs import Job
from ..panels.card import Card
from ..panels.recovered_layers import RecoveredLayers
from ..panels.recovery_results import RecoveryResults
from ..text import decibel, number
from ..translation import tr_engine
from ..widgets.flow import Flow
from ..widgets.label import plain_tip
from ..widgets.row import fill, push_button, vertical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quantengine.work.candidate import Candidate

    from ..network import Measured

_TURN_MS = 1
"""Without it the next turn would be the same."""
_RECIPES = {QUICK: Recipe(("quick",)), FULL: Recipe(("auto",))}


class RecoverView(Card):
    def __init__(self, context: Context) -> None:
        purpose = self.tr(
            "Mends what rounding broke, step by step: channels are evened out, biases corrected, "
            "rounding chosen. What does harm to samples held out is undone; steps that you choose "
            "stay."
        )
        super().__init__(context, purpose)
        self.reports: list[StepReport] = []
        self._before: Measured[Mapping[str, float]] | None = None
        """Error of every layer before the recovery that ran last."""
        self.pieces = iter((self._make_parts, self._make_results, self._connect))

    def refresh(self) -> None:
        document = self.context.document
        outcome = document.outcome
        if outcome is None or document.table is None or document.dataset is None:
            self.show_missing_statistics(
                self.tr("What rounding broke is mended here, step by step, with what each gained.")
            )
            return
        self.show_body()
        made = document.candidate
        if made is not None and made.trained is None:
            self.reports = list(made.reports)
        elif not self.context.treatments.running:
            self.reports = []
        self._note_state()
        self._show_reports_soon()

    @property
    def shown(self) -> RecoveryResults:
        """Whole; plots take their time, so it is made with the first step."""
        self._shown.make_whole()
        return self._shown

    def recover(self, words: tuple[str, ...]) -> Job | None:
        """Runs steps; the outcome becomes the candidate, as one undo step."""
        return self.context.treatments.start(Recipe(words))

    def steps(self) -> tuple[str, ...]:
        """Those that are chosen one by one."""
        return tuple(step for step, box in self.boxes.items() if box.isChecked())

    def words(self) -> tuple[str, ...]:
        """The recipe of those that are chosen."""
        return (JUDGED, *self.steps()) if self.judged.isChecked() else self.steps()

    def _start_over(self, recipe: Recipe) -> None:
        network = self.context.network
        if recipe.training is None:
            self._before = None if network.errors_are_stale else network.errors
            self.reports = []
            self._show_reports()
            self._note_state()

    def _forget_before(self) -> None:
        self._before = None

    def _add(self, found: object) -> None:
        if isinstance(found, StepReport):
            self.reports.append(found)
            self._show_reports_soon()

    def _show_reports_soon(self) -> None:
        """What they are shown on is made first, in turns of its own."""
        if self.reports and self._shown.make_more():
            QTimer.singleShot(_TURN_MS, self, self._show_reports_soon)
        else:
            self._show_reports()

    def _show_reports(self) -> None:
        self.show_results(bool(self.reports))
        if self.reports:
            self.shown.show_reports(self.reports)
            self.shown.show_depths(*self._depths())
            self.layers.refresh()

    def _depths(self) -> tuple[list[float | None], list[float | None]]:
        network, outcome = self.context.network, self.context.document.outcome
        before, after = self._before, network.errors
        if outcome is None or before is None or after is None or before is after:
            return [], []
        if network.errors_are_stale or before.dataset is not after.dataset:
            return [], []
        names = [row.name for row in outcome.rows]
        return [before.found.get(n) for n in names], [after.found.get(n) for n in names]

    def _note_state(self) -> None:
        document, treatments = self.context.document, self.context.treatments
        for name, button in ((QUICK, self.quick), (FULL, self.full)):
            button.setEnabled(not treatments.running)
            button.setText(self.context.expected.named(self._names[name], name))
        self.chosen.setEnabled(not treatments.running and bool(self.steps()))
        self.forget.setEnabled(document.decided.recipe != PLAN_ALONE and not treatments.running)
        self.expect(self._expectation())
        self.say(self._state())

    def _expectation(self) -> str:
        """What it took and gained where it was run for this plan; else how the time is known."""
        parts = [self.context.expected.source(QUICK, FULL)]
        for name, recipe in _RECIPES.items():
            made = self.context.document.candidate_as(self.context.document.plan, recipe)
            ends = None if made is None else _ends(made)
            if ends is not None:
                text = self.tr("{0} gained {1} (measured).")
                parts.append(text.format(self._names[name], ends))
        if len(parts) == 1:
            parts.append(self.tr("What it gains is measured while it runs."))
        return " ".join(filter(None, parts))

    def _state(self) -> str:
        document, treatments = self.context.document, self.context.treatments
        made = document.candidate
        if treatments.running:
            return self.tr("Each step is judged on samples held out; Esc stops all.")
        if made is not None and made.trained is None:
            ends = _ends(made)
            if ends is None:
                return self.tr("In use: no step changed the outputs.")
            if document.decided.recipe is None:
                return self.tr("By default: {0} on samples held out.").format(ends)
            return self.tr("In use: {0} on samples held out.").format(ends)
        if made is not None:
            return self.tr("In use: a fine-tuned model. Recovering takes its place.")
        if document.decided.recipe not in (None, PLAN_ALONE):
            return self.tr("The recovery of this plan has to be run again.")
        return self.tr("Not in use: layers, comparisons and export show the plan alone.")

    def _connect(self) -> None:
        context, document, treatments = self.context, self.context.document, self.context.treatments
        self.follow(document.outcome_changed, document.candidate_changed, document.data_changed)
        self.follow(context.network.layers_changed, context.expected.changed)
        document.model_changed.connect(self._forget_before)
        treatments.started.connect(self._start_over)
        treatments.found.connect(self._add)
        treatments.ended.connect(self.request_refresh)

    def _make_results(self) -> None:
        self._shown = RecoveryResults(self.context.theme)
        self.layers = RecoveredLayers(self.context)
        fill(vertical(self.results, 0, 0, 0, 0), self._shown, self.layers)

    def _make_parts(self) -> None:
        self._names = {QUICK: self.tr("Quick"), FULL: self.tr("Full")}
        self.quick = push_button(
            self._names[QUICK],
            lambda: self.recover(("quick",)),
            self.tr("Every step that takes seconds"),
        )
        self.full = push_button(
            self._names[FULL],
            lambda: self.recover(("auto",)),
            self.tr("The same, and rounds weights up or down so that each layer fits best"),
        )
        self.full.setProperty("primary", True)
        self.boxes = {step: QCheckBox(step) for step in STEPS}
        for step, box in self.boxes.items():
            box.setToolTip(plain_tip(tr_engine(STEPS[step].text)))
            box.clicked.connect(lambda _on: self._note_state())
        self.judged = QCheckBox(self.tr("undo what does harm"))
        self.judged.setToolTip(self.tr("Else steps that you choose stay, and harm is said"))
        self.chosen = push_button(self.tr("Run these"), lambda: self.recover(self.words()))
        self.forget = push_button(
            self.tr("Back to the plan alone"),
            self.context.treatments.forget,
            self.tr("Drops what was recovered or trained; can be undone"),
        )
        one_by_one = self.fold_more(
            self.tr("Steps one by one"), self.tr("Choose the steps that are run")
        )
        self.add_controls(self.full, self.quick, self.forget, one_by_one)
        steps = Flow(*self.boxes.values(), self.judged, self.chosen, between=16)
        vertical(self.more, 0, 0, 0, 0).addWidget(steps)


def _ends(made: Candidate) -> str | None:
    """From where to where it came, as a text; None where no step is judged."""
    known = [report for report in made.reports if report.judged and not report.tried]
    if not known:
        return None
    first, last = known[0], known[-1]
    if first.before_own is not None and last.before_own is not None:
        after_own = last.after_own if last.kept else last.before_own
        return f"{number(first.before_own)} \N{RIGHTWARDS ARROW} {number(after_own)}"
    if math.isnan(first.before_db):
        return None
    after = last.after_db if last.kept else last.before_db
    return f"{decibel(first.before_db)} \N{RIGHTWARDS ARROW} {decibel(after)} dB"
