"""One training: begun, watched, resumed, and what it made of every layer."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from quantengine.errors import PlanError
from quantengine.finetune.outcome import Point
from quantengine.work.candidate import Candidate
from quantengine.work.recipe import Recipe

from ..context import Context
from ..expected import EPOCH
from ..jobs import Job
from ..panels.trained_layers import TrainedLayers
from ..panels.training_curves import TrainingCurves
from ..panels.training_facts import TrainingFacts
from ..panels.training_fields import teachers_text
from ..panels.training_form import TrainingForm
from ..translation import said
from ..treatments import LANE
from ..widgets.empty_state import EmptyState
from ..widgets.label import plain_tip
from ..widgets.row import fill, push_button, vertical


class Training(QWidget):
    def __init__(self, context: Context, form: TrainingForm) -> None:
        super().__init__()
        self._context, self._form = context, form
        self.points: list[Point] = []
        self._made: Recipe | None = None
        self._make_parts()
        self._lay_out()
        treatments = context.treatments
        treatments.started.connect(self._start_over)
        treatments.found.connect(self._add)
        form.changed.connect(self.note_state)

    def refresh(self) -> None:
        """Brings it up to the document."""
        made = self._in_use
        if made is not None and made.trained is not None:
            self.points = list(made.trained.points)
        self.layers.show_candidate(made)
        self.note_state()

    def train(self, *, resume: bool = False) -> Job | None:
        """Trains the plan; the outcome becomes the candidate, as one undo step."""
        try:
            recipe = self._form.recipe
        except PlanError as error:
            self._context.steps.refuse(LANE, said(error))
            return None
        return self._context.treatments.start(recipe, resume=resume)

    @property
    def _in_use(self) -> Candidate | None:
        made = self._context.document.candidate
        return None if made is None or made.trained is None else made

    @property
    def _is_running(self) -> bool:
        making = self._context.treatments.making
        return making is not None and making.training is not None

    def _start_over(self, recipe: Recipe) -> None:
        if recipe.training is not None:
            self.points, self._made = [], recipe
            self.layers.show_candidate(None)
        self.note_state()

    def _add(self, found: object) -> None:
        if isinstance(found, Point):
            self.points.append(found)
            self.note_state()

    def note_state(self) -> None:
        """What can be done now, and what is known."""
        running, made, problem = self._is_running, self._in_use, self._form.problem
        if not running and made is None and not self._is_of_form():
            self.points = []
        busy = self._context.treatments.running
        can_resume = not busy and not problem and self._can_resume()
        self.start.setEnabled(not busy and not problem)
        self.start.setVisible(not running)
        text = self.tr("Start anew") if can_resume else self.tr("Start")
        self.start.setText(text if problem else self._timed(text))
        self.start.setToolTip(plain_tip(problem or self._start_tip(busy, can_resume)))
        self.resume.setEnabled(can_resume)
        self.resume.setVisible(can_resume)
        self.cancel.setVisible(running)
        _set_property(self.start, "primary", not can_resume)
        _set_property(self.resume, "primary", can_resume)
        self.state.setText(problem or self._words(made, running))
        _set_property(self.state, "dim", not problem)
        if made is not None and not running:
            self.facts.show_candidate(made)
        else:
            self.facts.show_points(self.points)
        if self.points:
            self.curves.show_points(self.points)
        self._place.set_filled(bool(self.points), waits=running)

    def _timed(self, text: str) -> str:
        """With the time of all epochs, once some were trained."""
        return self._context.expected.named(text, EPOCH, self._form.settings.epochs)

    @cached_property
    def curves(self) -> TrainingCurves:
        """Made with the first points: plots take their time."""
        made = TrainingCurves(self._context.theme)
        self._parts.insertWidget(0, made)
        return made

    def _start_tip(self, busy: bool, can_resume: bool) -> str:
        if busy:
            return self.tr("Recovery is running: wait for it, or stop it (Esc)")
        if can_resume:
            return self.tr(
                "From the first step. The training that can be resumed is kept until this one\n"
                "has got further."
            )
        return self.tr("Trains what the plan makes of the network, from the first step")

    def _words(self, made: Candidate | None, running: bool) -> str:
        if running:
            return self._words_of_run()
        if made is not None:
            assert made.trained is not None
            kept = self.tr("In use, and the candidate of every view.")
            return " ".join((kept, *map(said, made.trained.notes)))
        recipe = self._context.document.decided.recipe
        if recipe is not None and recipe.training is not None:
            return self.tr("The training of this plan is not loaded: resume it, or start anew.")
        if self._can_resume():
            return self._words_of_stopped()
        return teachers_text(self._form.loss)

    def _words_of_run(self) -> str:
        making = self._context.treatments.making
        if self.points:
            return self.tr("Training. Cancelling loses nothing: it can be resumed.")
        if making is not None and making.steps:
            return self.tr(
                "Recovering, then converting the network and checking it against the float model."
            )
        return self.tr("Converting the network and checking it against the float model.")

    def _words_of_stopped(self) -> str:
        reached = self._context.treatments.reached(self._form.recipe)
        if reached is None:
            return self.tr("A training of this plan was stopped: it can go on.")
        if reached.step == reached.total:
            return self.tr("This training is done, but not in use: resuming brings it back.")
        text = self.tr("A training of this plan was stopped at step {0} of {1}: it can go on.")
        return text.format(reached.step, reached.total)

    def _is_of_form(self) -> bool:
        """Whether the points are of what could be resumed now."""
        return self._can_resume() and self._form.recipe == self._made

    def _can_resume(self) -> bool:
        """What is in use already has nothing to go on with."""
        try:
            recipe = self._form.recipe
        except PlanError:
            return False
        made = self._in_use
        if made is not None and made.recipe == recipe:
            return False
        return self._context.treatments.can_resume(recipe)

    def _make_parts(self) -> None:
        self.start = push_button(self.tr("Start"), self.train)
        self.resume = push_button(
            self.tr("Resume"),
            lambda: self.train(resume=True),
            self.tr("Goes on where a training with these settings stopped"),
        )
        self.cancel = push_button(
            self.tr("Cancel"),
            lambda: self._context.jobs.cancel(LANE),
            self.tr("Stops; what was trained so far can be resumed (Esc)"),
        )
        self.facts = TrainingFacts()
        self.layers = TrainedLayers(self._context)

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        for part in (self.resume, self.start, self.cancel, self._form.recover_first):
            controls.addWidget(part)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self.layers)
        results = QWidget()
        column = vertical(results, 0, 0, 0, 0, spacing=8)
        fill(column, self.facts, (self._parts, 1))
        sentence = self.tr(
            "Nothing is trained yet. Loss and SQNR of samples held out will be drawn here epoch by "
            "epoch, and every layer compared with the plan alone."
        )
        self._place = EmptyState(sentence, controls, results)
        self.state = self._place.note
        self.setLayout(self._place)


def _set_property(widget: QWidget, name: str, on: bool) -> None:
    if widget.property(name) != on:
        widget.setProperty(name, on)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
