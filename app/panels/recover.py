"""Recovery: steps that mend what rounding broke, each with what it gained."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton

from quantengine.recover.report import StepReport
from quantengine.recover.steps import AUTO, STEPS
from quantengine.work.recipe import Recipe

from ..context import Context
from ..decided import PLAN_ALONE
from ..jobs import Job
from ..panels.view import View
from ..text import MINUS, NOTHING, decibel, number
from ..translation import said, tr_engine
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, vertical

_COLUMNS = 4
_ROW_ROOM = 12
_CHIP_ROOM = 48


class RecoverView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.reports: list[StepReport] = []
        self._make_parts()
        self._lay_out()
        document, treatments = context.document, context.treatments
        self.follow(document.outcome_changed, document.candidate_changed, document.data_changed)
        treatments.started.connect(self._start_over)
        treatments.found.connect(self._add)
        treatments.ended.connect(self.request_refresh)

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
        self._show_reports()
        self._note_state()

    def recover(self) -> Job | None:
        """Runs the chosen steps; the outcome becomes the candidate, as one undo step."""
        return self.context.treatments.start(Recipe(self.steps()))

    def steps(self) -> tuple[str, ...]:
        """The words `--recover` takes."""
        if self.automatic.isChecked():
            return ("auto",) if self.boxes["round"].isChecked() else ("quick",)
        return tuple(step for step, box in self.boxes.items() if box.isChecked())

    def _start_over(self, recipe: Recipe) -> None:
        if recipe.training is None:
            self.reports = []
            self._show_reports()
            self._note_state()

    def _add(self, found: object) -> None:
        if isinstance(found, StepReport):
            self.reports.append(found)
            self._show_reports()

    def _show_reports(self) -> None:
        theme = self.context.theme
        self.table.show_rows(
            [
                (
                    (report.step, said(report.text)),
                    _figure(report.before_own, report.before_db),
                    _figure(report.after_own, report.after_db),
                    _gain(report),
                    self._fate(report),
                )
                for report in self.reports
            ],
            colours=[theme.sqnr_colour(report.after_db) for report in self.reports],
        )
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Again whenever the first column gets another width, since its text wraps.

        Qt's own measure forgets the room of the chip and comes out a line short.
        """
        room = QRect(0, 0, max(self.table.columnWidth(0) - _CHIP_ROOM, 1), 10_000)
        metrics = self.table.fontMetrics()
        for row, (text, *_) in enumerate(self.table.texts()):
            needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text)
            self.table.setRowHeight(row, needed.height() + _ROW_ROOM)

    def _fate(self, report: StepReport) -> str:
        if not report.judged:
            return self.tr("nothing to do")
        return self.tr("kept") if report.kept else self.tr("undone")

    def _note_state(self) -> None:
        document, treatments = self.context.document, self.context.treatments
        made = document.candidate
        self.button.setEnabled(not treatments.running and bool(self.steps()))
        self.forget.setEnabled(document.decided.recipe != PLAN_ALONE and not treatments.running)
        if treatments.running:
            text = self.tr("Each step is judged on samples held out; Esc stops all.")
        elif made is not None and made.trained is None:
            known = [r for r in made.reports if not math.isnan(r.before_db)]
            text = self.tr("In use: no step changed the outputs.")
            if known:
                last = known[-1]
                after = last.after_db if last.kept else last.before_db
                if document.decided.recipe is None:
                    text = self.tr("By default: {0} dB became {1} dB on samples held out.")
                else:
                    text = self.tr("In use: {0} dB became {1} dB on samples held out.")
                text = text.format(decibel(known[0].before_db), decibel(after))
        elif made is not None:
            text = self.tr("In use: a fine-tuned model. Recovering takes its place.")
        elif document.decided.recipe not in (None, PLAN_ALONE):
            text = self.tr("The recovery of this plan has to be run again.")
        else:
            text = self.tr("Not in use: layers, comparisons and export show the plan alone.")
        self.state.setText(text)

    def _choose_automatic(self) -> None:
        on = self.automatic.isChecked()
        for step, box in self.boxes.items():
            box.setEnabled(not on or step == "round")
            if on:
                box.setChecked(step in AUTO)
        self._note_state()

    def _make_parts(self) -> None:
        self.automatic = QCheckBox(self.tr("Automatic"))
        self.automatic.setToolTip(
            self.tr(
                "Every step that is worth it; without round it is quicker. Equalizing is left\n"
                "out where every channel of the weights has a scale of its own."
            )
        )
        self.automatic.clicked.connect(lambda _on: self._choose_automatic())
        self.boxes = {step: QCheckBox(step) for step in STEPS}
        for step, box in self.boxes.items():
            box.setToolTip(plain_tip(tr_engine(STEPS[step].text)))
            box.clicked.connect(lambda _on: self._note_state())
        self.button = QPushButton(self.tr("Recover"))
        self.button.setProperty("primary", True)
        self.button.clicked.connect(lambda _checked: self.recover())
        self.forget = QPushButton(self.tr("Back to the plan alone"))
        self.forget.setToolTip(self.tr("Drops what was recovered or trained; can be undone"))
        self.forget.clicked.connect(lambda _checked: self.context.treatments.forget())
        self.state = Label()
        self.state.setProperty("dim", True)
        self.state.setWordWrap(True)
        held = self.tr("SQNR of the outputs on samples held out, in dB; more is better")
        self.table = FigureTable(
            self.tr("Steps of recovery"),
            [
                (self.tr("Step"), self.tr("What it did, or why it did nothing")),
                (self.tr("Before dB"), held),
                (self.tr("After dB"), held),
                (self.tr("Gain dB"), self.tr("A step that does harm is undone")),
                (self.tr("Result"), self.tr("Kept only if samples held out see no harm")),
            ],
        )
        self.table.setWordWrap(True)
        self.table.horizontalHeader().sectionResized.connect(lambda *_: self._fit_rows())
        self.automatic.setChecked(True)
        self._choose_automatic()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(8)
        grid.addWidget(self.automatic, 0, 0)
        for place, box in enumerate(self.boxes.values()):
            grid.addWidget(box, place // _COLUMNS, 1 + place % _COLUMNS)
        grid.setColumnStretch(1 + _COLUMNS, 1)
        line = QHBoxLayout()
        line.setSpacing(8)
        fill(line, self.button, self.forget)
        line.addSpacing(8)
        line.addWidget(self.state, 1)
        column = vertical(self.body, 16, 12, 16, 12, spacing=12)
        fill(column, grid, line, (self.table, 1))


def _figure(own: float | None, found_db: float) -> str:
    """In dB, or of the metric that decided."""
    return decibel(found_db) if own is None else number(own)


def _gain(report: StepReport) -> str:
    if report.before_own is not None and report.after_own is not None:
        return f"{report.after_own - report.before_own:+.3g}".replace("-", MINUS)
    if math.isnan(report.gain_db):
        return NOTHING
    return f"{report.gain_db:+.1f}".replace("-", MINUS)
