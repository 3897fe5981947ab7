"""Fine-tuning: training through the quantizer, watched while it runs."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QTabWidget, QVBoxLayout

from app.context import Context
from app.jobs import Job
from app.outcome import work_out
from app.panels.training_form import TrainingForm
from app.panels.view import View
from app.panels.width_sweep import WidthSweep
from app.plots.canvas import Canvas
from app.plots.learning_curves import LearningCurves
from app.recipe import Recipe, Treated
from app.text import MINUS, NOTHING, decibel
from app.treatments import LANE, torch_is_installed
from app.widgets.figure_table import FigureTable
from quantengine.analyze.layer_errors import layer_errors
from quantengine.errors import PlanError
from quantengine.finetune.outcome import Point
from quantengine.monitor import Monitor

_JUDGES = 8
_AXIS_WIDTH = 52

Errors = Mapping[str, float]


def make(context: Context) -> View:
    return FinetuneView(context)


class FinetuneView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.points: list[Point] = []
        self._effects_of: Treated | None = None
        self._make_parts()
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        document = self.context.document
        if not torch_is_installed():
            self.show_empty(
                self.tr("Fine-tuning needs torch, which is not installed: {0}").format(
                    'pip install "quantscope[train]"'
                )
            )
            return
        if document.outcome is None or document.table is None or document.dataset is None:
            self.show_missing_statistics(
                self.tr("Weights and ranges will be trained through the quantizer here.")
            )
            return
        self.show_body()
        treated = document.treated
        if treated is not None and treated.trained is not None:
            self.points = list(treated.trained.points)
            self._measure_layers(treated)
        elif not self._is_training():
            self.points = []
        if treated is None or treated.trained is None:
            self._effects_of = None
            self.layers.show_rows([])
        self._draw()
        self._note_state()

    def train(self, *, resume: bool = False) -> Job | None:
        """Trains the plan; the outcome becomes the candidate, as one undo step."""
        try:
            recipe = self.form.recipe
        except PlanError as error:
            self.context.steps.failed.emit(str(error), "")
            return None
        return self.context.treatments.start(recipe, resume=resume)

    def _is_training(self) -> bool:
        making = self.context.treatments.making
        return making is not None and making.training is not None

    def _start_over(self, recipe: Recipe) -> None:
        if recipe.training is not None:
            self.points = []
            self._draw()
        self._note_state()

    def _add(self, found: object) -> None:
        if isinstance(found, Point):
            self.points.append(found)
            self._draw()
            self._note_state()

    def _draw(self) -> None:
        steps = [point.step for point in self.points]
        best = min(self.points, key=lambda point: point.score, default=None)
        kept = None if best is None else best.step
        last = self.points[-1].total if self.points else 0
        scores, losses = [p.score for p in self.points], [p.loss for p in self.points]
        self.loss.show(steps, [scores, losses], kept, last)
        self.sqnr.show(steps, [[p.sqnr_db for p in self.points]], kept, last)

    def _note_state(self) -> None:
        document, treatments = self.context.document, self.context.treatments
        training = self._is_training()
        self.cancel.setEnabled(training)
        self.start.setEnabled(not treatments.running)
        self.resume.setEnabled(not treatments.running and self._can_resume())
        self.state.setText(self._words(document.treated, training))

    def _words(self, treated: Treated | None, training: bool) -> str:
        if training:
            if not self.points:
                return self.tr("Converting the network and checking it against the float model.")
            best = min(self.points, key=lambda point: point.score)
            return self.tr("Best so far: {0} dB at step {1}; the start had {2} dB.").format(
                decibel(best.sqnr_db), best.step, decibel(self.points[0].sqnr_db)
            )
        if treated is not None and treated.trained is not None:
            tuned = treated.trained
            text = self.tr("In use: {0} dB became {1} dB on samples held out, in {2:.0f} s.")
            return text.format(
                decibel(tuned.before.sqnr_db), decibel(tuned.after.sqnr_db), tuned.seconds
            )
        recipe = self.context.document.decided.recipe
        if recipe is not None and recipe.training is not None:
            return self.tr("The training of this plan is not loaded: resume it, or start anew.")
        if self._can_resume():
            return self.tr("A training of this plan was stopped: it can go on.")
        return self.tr("Labels are used where there are any; else the float outputs teach.")

    def _can_resume(self) -> bool:
        try:
            return self.context.treatments.can_resume(self.form.recipe)
        except PlanError:
            return False

    def _measure_layers(self, treated: Treated) -> None:
        """What training did to every layer, against the float model as it was opened."""
        dataset = self.context.document.dataset
        if self._effects_of is treated or dataset is None:
            return
        self._effects_of = treated

        def call(monitor: Monitor) -> tuple[Errors, Errors]:
            model = treated.reference
            plain = work_out(model, treated.plan, treated.table, monitor=monitor)
            assert plain.resolution is not None
            return tuple(
                layer_errors(model, seen, encodings, dataset, limit=_JUDGES, monitor=monitor)
                for seen, encodings in (
                    (model, plain.resolution.encodings),
                    (treated.model, treated.resolution.encodings),
                )
            )

        job = self.context.steps.start("trained layers", self.tr("Comparing layers"), call)
        job.done.connect(lambda found: self._show_layers(*found))

    def _show_layers(self, before: Errors, after: Errors) -> None:
        theme = self.context.theme
        names = [name for name in before if name in after]
        self.layers.show_rows(
            [
                (
                    name,
                    decibel(before[name]),
                    decibel(after[name]),
                    _signed(after[name] - before[name]),
                )
                for name in names
            ],
            colours=[theme.sqnr_colour(after[name]) for name in names],
        )

    def _make_parts(self) -> None:
        theme = self.context.theme
        self.form = TrainingForm()
        self.start = QPushButton(self.tr("Start"))
        self.start.setProperty("primary", True)
        self.resume = QPushButton(self.tr("Resume"))
        self.resume.setToolTip(self.tr("Goes on where a training with these settings stopped"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stops; what was trained so far can be resumed (Esc)"))
        self.state = QLabel()
        self.state.setProperty("dim", True)
        self.state.setWordWrap(True)
        step, held = self.tr("step"), self.tr("held out")
        self.loss_canvas = Canvas(theme, x=step, y=self.tr("loss"), name=self.tr("Loss"))
        self.sqnr_canvas = Canvas(
            theme, x=step, y=self.tr("output SQNR, dB"), name=self.tr("Held-out SQNR")
        )
        for canvas in (self.loss_canvas, self.sqnr_canvas):
            canvas.getAxis("left").setWidth(_AXIS_WIDTH)
            canvas.table = self._table
            canvas.setToolTip(
                self.tr(
                    "Samples held out judge and teach nothing.\n"
                    "The upright line is where the best state was, which is kept."
                )
            )
        self.loss = LearningCurves(self.loss_canvas, theme, [held, self.tr("training")])
        self.sqnr = LearningCurves(self.sqnr_canvas, theme, [held])
        self.layers = FigureTable(
            self.tr("Layers before and after"),
            [
                (self.tr("Layer"), ""),
                (
                    self.tr("Before dB"),
                    self.tr("SQNR of the layer's output under the plan alone, all before it too"),
                ),
                (self.tr("After dB"), self.tr("The same once trained, against the float model")),
                (self.tr("Change dB"), self.tr("What training brought")),
            ],
        )
        self.sweep = WidthSweep(self.context, lambda: self.form.settings)

    def _table(self) -> list[tuple[object, ...]]:
        heading = ("step", "loss", "score", "sqnr_db", "agreement")
        return [heading, *(tuple(getattr(p, key) for key in heading) for p in self.points)]

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        for button in (self.start, self.resume, self.cancel):
            line.addWidget(button)
        line.addSpacing(8)
        line.addWidget(self.state, 1)
        curves = QSplitter(Qt.Orientation.Horizontal)
        curves.setChildrenCollapsible(False)
        curves.addWidget(self.sqnr_canvas)
        curves.addWidget(self.loss_canvas)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.layers, self.tr("Layers before and after"))
        self.tabs.addTab(self.sweep, self.tr("Widths"))
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(curves)
        parts.addWidget(self.tabs)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.form)
        column.addLayout(line)
        column.addWidget(parts, 1)

    def _connect(self) -> None:
        document, treatments = self.context.document, self.context.treatments
        self.follow(document.outcome_changed, document.treated_changed, document.data_changed)
        treatments.started.connect(self._start_over)
        treatments.found.connect(self._add)
        treatments.ended.connect(self.request_refresh)
        self.form.changed.connect(self._note_state)
        self.start.clicked.connect(lambda _checked: self.train())
        self.resume.clicked.connect(lambda _checked: self.train(resume=True))
        self.cancel.clicked.connect(lambda _checked: self.context.jobs.cancel(LANE))
        document.treated_changed.connect(self._show_decided)

    def _show_decided(self) -> None:
        recipe = self.context.document.decided.recipe
        if recipe is not None:
            self.form.show_recipe(recipe)


def _signed(value: float) -> str:
    return NOTHING if value != value else f"{value:+.1f}".replace("-", MINUS)  # noqa: PLR0124
