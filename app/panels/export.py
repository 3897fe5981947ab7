"""Writing the quantized model: the choices, the checks while they run, and what came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QProgressBar,
    QPushButton,
)

from quantengine.errors import NothingToWrite, QuantError, Unverified
from quantengine.plan import Edges

from ..command_line import command_of
from ..context import Context
from ..decided import PLAN_ALONE
from ..expected_file import expected_file
from ..exporting import Exported, is_usual, save_layers, save_plan, write_and_compare
from ..jobs import Job
from ..network import Measured
from ..panels.export_form import ExportForm
from ..panels.export_result import ExportResult
from ..panels.export_table import ExportTable
from ..panels.view import View
from ..report import ask_report
from ..sources import check_place, guarded
from ..text import ELLIPSIS
from ..translation import said
from ..widgets.checklist import Checklist
from ..widgets.named_lines import NamedLines
from ..widgets.row import fill, push_button, row, scrolled, vertical

_MUCH = 100
"""What came out takes the room once it is there."""
WRITE, RUN, COMPARE = "write", "run", "compare"


class ExportView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.exported: Exported | None = None
        self._written: Measured[None] | None = None
        """What the last export was of."""
        self._make_parts()
        self._lay_out()
        document = context.document
        self.follow(document.outcome_changed, document.model_changed, document.plan_changed)
        self.follow(document.candidate_changed, document.judged_changed, context.findings.changed)
        document.model_changed.connect(self._start_over)

    def refresh(self) -> None:
        document = self.context.document
        outcome = document.outcome
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(
                self.tr("The quantized model is written and checked here.")
            )
            return
        self.show_body()
        self.form.offer(outcome)
        self.table.offer()
        self._note_age()
        self._show_expected()
        self.form.show_recipe(document.decided.recipe)
        self.form.edges.show_edges(document.plan.edges)
        recipe = document.decided.recipe
        untrained = recipe is not None and recipe.training and document.candidate is None
        self.button.setEnabled(not document.outcome_is_stale and not untrained)
        self.report_button.setEnabled(document.dataset is not None)

    def _show_expected(self) -> None:
        """A file of another form than the one that was judged has another size."""
        document = self.context.document
        outcome = document.outcome
        if outcome is not None and outcome.resolution is not None:
            usual = is_usual(self.form.options, outcome.plan)
            found = self.context.findings.rehearsal if usual else None
            self.preview.show_lines(expected_file(outcome, document.judged, found))

    def export(self, *, force: bool = False) -> Job | None:
        """`force` writes what cannot be verified too, and a file with nothing integer in it."""
        document = self.context.document
        work, recipe, made = document.work, document.decided.recipe, document.candidate
        outcome, judged = document.outcome, document.judged
        if work is None or work.table is None or outcome is None or outcome.resolution is None:
            return None
        self.form.offer(outcome)  # a sheet that was never in sight has offered nothing yet
        path = self.form.target()
        options, findings = replace(self.form.options, force=force), self.context.findings
        usual = is_usual(options, outcome.plan)
        known_ms = findings.latencies_ms if usual else None
        self.exported = None
        whole = replace(outcome, settled=True)
        self._written = None if judged is None else Measured(whole, judged, None)
        self._show_found(False)
        self.anyway.hide()
        self.checks.show()
        self.checks.start(WRITE)
        job = self.context.steps.start(
            "export",
            self.tr("Exporting {0}").format(path.name),
            guarded(
                document,
                path,
                lambda monitor: write_and_compare(
                    work, recipe, made, path, options, judged, known_ms, monitor
                ),
            ),
        )
        self._show_running()
        job.progressed.connect(self._show_step)
        job.done.connect(self._show_result)
        if usual:
            job.done.connect(
                lambda done: findings.take_latencies(outcome, judged, done.latencies_ms)
            )
        job.failed.connect(self._fail)
        job.finished.connect(lambda: self._tidy(job))
        return job

    def mend_by_default(self, on: bool) -> None:
        """What is done by default, or the plan alone, as one undo step."""
        text = self.tr("mend by default") if on else self.tr("the plan alone")
        self.context.document.edit(text, recipe=None if on else PLAN_ALONE)

    def set_edges(self, edges: Edges) -> None:
        """Where the file begins and ends, as one undo step; what cannot be is said."""
        from quantengine.work.make import refuse_other_shapes

        document = self.context.document
        plan, work = document.plan.with_edges(edges), document.work
        try:
            if work is not None:
                work = replace(work, plan=plan)
                _ = work.decisions
                refuse_other_shapes(work)
        except QuantError as error:
            self._refuse(said(error))
            return
        document.edit(self.tr("edges of the file"), plan=plan)

    def _refuse(self, text: str) -> None:
        self.context.steps.refuse("export", text)

    def save_plan(self, path: Path) -> None:
        check_place(self.context.document, path)
        document = self.context.document
        outcome, recipe = document.outcome, document.decided.recipe
        if recipe is None and outcome is not None and outcome.candidate is not None:
            recipe = outcome.candidate.recipe if outcome.settled else None
        save_plan(document.plan, recipe, path, document.judge.metric)

    def save_layers(self, path: Path) -> None:
        outcome = self.context.document.outcome
        if outcome is not None:
            check_place(self.context.document, path)
            save_layers(self.context.network.rows(outcome), path)

    def copy_command(self) -> None:
        """Saves the plan beside the exported file and copies the command that uses it."""
        document = self.context.document
        if document.model is None or self.exported is None:
            return
        plan = self.exported.report.path.with_suffix(".plan.json")
        self.save_plan(plan)
        QGuiApplication.clipboard().setText(command_of(document, self.exported, plan))

    def _fail(self, error: Exception, _details: str) -> None:
        self.checks.fail()
        self.anyway.setVisible(isinstance(error, Unverified | NothingToWrite))

    def _show_step(self, done: int, total: int, text: str) -> None:
        self.progress.setRange(0, max(total, 0))
        self.progress.setValue(done)
        if text == "Verifying":
            self.checks.start(RUN)
        elif text == "Evaluating":
            self.checks.start(COMPARE)

    def _note_age(self) -> None:
        """What is not of the plan of now pales beside what is expected of a file of it."""
        written = self._written
        known = self.exported is not None and written is not None
        aged = known and not self.context.network.is_current(written)
        self.result.veil.cover(aged)
        self.copy.setEnabled(not aged)
        running = self.context.jobs.running("export") is not None
        self.room.setVisible(not running and (aged or self.exported is None))

    def _show_running(self) -> None:
        """While it is written its progress takes the place of what was expected of it."""
        self.room.hide()
        self.progress.setRange(0, 0)
        for part in (self.progress, self.cancel):
            part.show()

    def _tidy(self, job: Job) -> None:
        self.progress.hide()
        self.cancel.hide()
        if job.cancelled:
            self.checks.clear()
        self._note_age()

    def _show_result(self, exported: Exported) -> None:
        self.exported = exported
        self.checks.finish()
        self._show_found(True)
        self.result.show_exported(exported)

    def _ask(self, title: str, ending: str, kinds: str, write: Callable[[Path], object]) -> None:
        start = str(self.form.target().with_suffix(ending))
        chosen, _ = QFileDialog.getSaveFileName(self, title, start, kinds)
        if chosen:
            try:
                write(Path(chosen))
            except QuantError as error:
                self._refuse(said(error))

    def _open_folder(self) -> None:
        if self.exported is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.exported.report.path.parent)))

    def _start_over(self) -> None:
        self.path.clear()
        self.exported = self._written = None
        self._note_age()
        self.checks.clear()
        self._show_found(False)
        self.anyway.hide()

    def _show_found(self, found: bool) -> None:
        """What came out, and what can be done with it."""
        for part in (self.result, *self.followers):
            part.setVisible(found)

    def _make_parts(self) -> None:
        self.form = ExportForm(self.context.settings)
        self.form.wanted.connect(lambda *_: self.export())
        self.anyway = push_button(
            self.tr("Write it all the same"),
            partial(self.export, force=True),
            self.tr("Without the proof, or the integers, that were missing"),
        )
        self.anyway.hide()
        self.form.mending_wanted.connect(self.mend_by_default)
        self.form.chosen.connect(self._show_expected)
        self.form.edges.wanted.connect(self.set_edges)
        self.form.edges.refused.connect(self._refuse)
        self.path, self.button = self.form.path, self.form.button
        self.checks = Checklist(
            self.context.theme,
            {
                WRITE: self.tr("written beside, checked and loaded"),
                RUN: self.tr("run, and compared with the simulation"),
                COMPARE: self.tr("compared with the float model on the data"),
            },
        )
        self.preview = NamedLines()
        self.room = scrolled(self.preview)
        self.progress = QProgressBar(textVisible=False)
        self.cancel = push_button(self.tr("Cancel"), lambda: self.context.jobs.cancel("export"))
        self.progress.hide()
        self.cancel.hide()
        self.result = ExportResult(self.context.theme)
        self.table = ExportTable(self.context, self.form.target)

    def _lay_out(self) -> None:
        column = vertical(self.body, 24, 20, 24, 20, spacing=16)
        running = row(self.progress, self.cancel)
        running.setStretch(0, 1)
        fill(column, self.form, (self.room, _MUCH), self.checks, running, (self.result, _MUCH), 1)
        self.savers, self.followers = self._savers(), self._followers()
        fill(column, self.table)
        column.addLayout(row(self.anyway, *self.followers, *self.savers))
        self._show_found(False)
        self.checks.hide()

    def _followers(self) -> tuple[QPushButton, ...]:
        tip = self.tr("Saves the plan beside the file and copies the command that uses it")
        self.copy = push_button(self.tr("Copy command line"), self.copy_command, tip)
        return push_button(self.tr("Open folder"), self._open_folder), self.copy

    def _savers(self) -> tuple[QPushButton, ...]:
        ask = self._ask
        self.report_button = push_button(
            self.tr("Save report") + ELLIPSIS,
            partial(ask_report, self.context),
            self.tr("One page of all that is known, for people without Quantscope"),
        )
        plan = partial(
            ask, self.tr("Save plan"), ".plan.json", self.tr("Plans (*.json)"), self.save_plan
        )
        layers = partial(
            ask, self.tr("Save layers"), ".csv", self.tr("Tables (*.csv)"), self.save_layers
        )
        return (
            self.report_button,
            push_button(
                self.tr("Save plan") + ELLIPSIS,
                plan,
                self.tr("Every decision as JSON, for the command line and other models"),
            ),
            push_button(
                self.tr("Save layers") + ELLIPSIS, layers, self.tr("The layer table as CSV")
            ),
        )
