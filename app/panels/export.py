"""Writing the quantized model: the choices, the checks while they run, and what came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.command_line import quantize_command
from app.context import Context
from app.jobs import Job
from app.network import PROBES
from app.panels.view import View
from app.recipe import Recipe
from app.rows import LayerRow
from app.text import ELLIPSIS, decibel, number, share, size
from app.theme import tabular
from app.widgets.checklist import Checklist
from quantengine.errors import QuantError
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.analyze.evaluate import Evaluation
    from quantengine.export.export import ExportReport

WRITE, CHECK, RUN, COMPARE = "write", "check", "run", "compare"


@dataclass(frozen=True, eq=False)
class Exported:
    """What was written, and how it compares with the float model on the data."""

    report: ExportReport
    evaluation: Evaluation | None
    recipe: Recipe | None = None


def make(context: Context) -> View:
    return ExportView(context)


class ExportView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.exported: Exported | None = None
        self._make_parts()
        self._lay_out()
        document = context.document
        self.follow(document.outcome_changed, document.model_changed, document.plan_changed)
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
        if not self.path.text():
            model = outcome.model.path
            folder = self.context.settings.folder("export") or str(model.parent)
            self.path.setText(str(Path(folder) / f"{model.stem}.int8.onnx"))
        self.button.setEnabled(not document.outcome_is_stale)

    def export(self) -> Job | None:
        """Writes, checks, runs and compares; the file appears only when all went well."""
        document = self.context.document
        outcome, dataset = document.outcome, document.dataset
        if outcome is None or outcome.resolution is None:
            return None
        resolution = outcome.resolution
        path, form = Path(self.path.text()).expanduser(), self.form.currentData()

        def call(monitor: Monitor) -> Exported:
            from quantengine.analyze.evaluate import evaluate
            from quantengine.analyze.probes import probe_samples
            from quantengine.export.export import export_model

            probes = []
            if dataset is not None:
                found = probe_samples(dataset, PROBES, monitor, "Reading samples")
                probes = [sample.feeds for sample in found]
            report = export_model(
                outcome.model,
                resolution,
                path,
                table=outcome.table,
                probes=probes,
                form=form,
                monitor=monitor,
            )
            recipe = None if outcome.treated is None else outcome.treated.recipe
            if dataset is None:
                return Exported(report, None, recipe)
            found = evaluate(outcome.model.path, path, dataset, monitor=monitor)
            return Exported(report, found, recipe)

        self.exported = None
        self._results.hide()
        self.checks.show()
        self.checks.start(WRITE)
        job = self.context.steps.start("export", self.tr("Exporting {0}").format(path.name), call)
        job.progressed.connect(self._show_step)
        job.done.connect(self._show_result)
        job.failed.connect(lambda *_: self.checks.fail())
        job.finished.connect(lambda: self._tidy(job))
        return job

    def _show_step(self, done: int, total: int, text: str) -> None:  # noqa: ARG002
        if text == "Verifying":
            self.checks.start(RUN)
        elif text == "Evaluating":
            self.checks.start(COMPARE)

    def _tidy(self, job: Job) -> None:
        if job.cancelled:
            self.checks.clear()

    def _show_result(self, exported: Exported) -> None:
        self.exported = exported
        self.checks.finish()
        self._results.show()
        for row, (name, before, after) in enumerate(self._figures(exported)):
            for column, text in enumerate((name, before, after)):
                self._cells[row][column].setText(text)
        for cells in self._cells[len(self._figures(exported)) :]:
            for cell in cells:
                cell.setText("")
        self.notes.setText("\n".join(exported.report.notes))

    def _figures(self, exported: Exported) -> list[tuple[str, str, str]]:
        report, found = exported.report, exported.evaluation
        sqnr = report.verification.reference_sqnr_db if found is None else found.sqnr_db
        rows = [
            (self.tr("file"), size(report.bytes_before), size(report.bytes_after)),
            (self.tr("output SQNR"), "", f"{decibel(sqnr)} dB"),
        ]
        if found is None:
            return rows
        if found.agreement is not None:
            rows.append((self.tr("agreement"), "", share(found.agreement)))
        if found.top1_reference is not None and found.top1_candidate is not None:
            rows.append(
                (self.tr("accuracy"), share(found.top1_reference), share(found.top1_candidate))
            )
        rows.append(
            (
                self.tr("latency of one sample"),
                f"{number(found.latency_ms_reference, 3)} ms",
                f"{number(found.latency_ms_candidate, 3)} ms",
            )
        )
        return rows

    def save_plan(self, path: Path) -> None:
        """The plan as JSON; raises QuantError where it cannot be written."""
        import json

        from quantengine.files import whole_file

        with whole_file(path) as beside:
            beside.write_text(json.dumps(self.context.document.plan.to_json(), indent=1))

    def copy_command(self) -> None:
        """Saves the plan beside the exported file and copies the command that uses it."""
        document = self.context.document
        if document.model is None or self.exported is None:
            return
        output = self.exported.report.path
        plan = output.with_suffix(".plan.json")
        self.save_plan(plan)
        command = quantize_command(
            document.model.path,
            document.decided.source,
            plan,
            output,
            self.exported.report.form,
            self.exported.recipe,
        )
        QGuiApplication.clipboard().setText(command)

    def save_layers(self, path: Path) -> None:
        """A row for each layer as CSV; raises QuantError where it cannot be written."""
        import csv
        import dataclasses

        from quantengine.files import whole_file

        outcome = self.context.document.outcome
        if outcome is None:
            return
        names = [field.name for field in dataclasses.fields(LayerRow)]
        with whole_file(path) as beside, beside.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows([getattr(row, name) for name in names] for row in outcome.rows)

    def _ask(self, title: str, ending: str, kinds: str, write: Callable[[Path], None]) -> None:
        start = str(Path(self.path.text()).with_suffix(ending))
        chosen, _ = QFileDialog.getSaveFileName(self, title, start, kinds)
        if chosen:
            try:
                write(Path(chosen))
            except QuantError as error:
                self.context.steps.failed.emit(str(error), "")

    def _ask_plan(self) -> None:
        self._ask(self.tr("Save plan"), ".plan.json", self.tr("Plans (*.json)"), self.save_plan)

    def _ask_layers(self) -> None:
        self._ask(self.tr("Save layers"), ".csv", self.tr("Tables (*.csv)"), self.save_layers)

    def _open_folder(self) -> None:
        if self.exported is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.exported.report.path.parent)))

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export to"), self.path.text(), self.tr("ONNX models (*.onnx)")
        )
        if chosen:
            self.path.setText(chosen)
            self.context.settings.set_folder("export", Path(chosen).parent)

    def _start_over(self) -> None:
        self.path.clear()
        self.exported = None
        self.checks.clear()
        self._results.hide()

    def _make_parts(self) -> None:
        self.path = QLineEdit()
        self.path.setAccessibleName(self.tr("File to write"))
        self.browse = QPushButton(self.tr("Browse"))
        self.browse.clicked.connect(self._browse)
        self.form = QComboBox()
        self.form.setAccessibleName(self.tr("Format"))
        for text, value, tip in (
            (
                self.tr("QDQ"),
                "qdq",
                self.tr(
                    "Float operators between QuantizeLinear and DequantizeLinear: runs everywhere"
                ),
            ),
            (
                self.tr("QOperator"),
                "qoperator",
                self.tr("Integer operators, as older runtimes want them"),
            ),
        ):
            self.form.addItem(text, value)
            self.form.setItemData(self.form.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.button = QPushButton(self.tr("Export"))
        self.button.setProperty("primary", True)
        self.button.clicked.connect(lambda _checked: self.export())
        self.checks = Checklist(
            self.context.theme,
            {
                WRITE: self.tr("written beside, checked and loaded"),
                RUN: self.tr("run, and compared with the simulation"),
                COMPARE: self.tr("compared with the float model on the data"),
            },
        )
        self.notes = QLabel()
        self.notes.setWordWrap(True)
        self.notes.setProperty("dim", True)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.path, 1)
        line.addWidget(self.browse)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("File"), line)
        form.addRow(self.tr("Format"), self.form)
        form.addRow("", self.button)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(self.checks)
        column.addWidget(self._make_results())
        column.addStretch(1)
        column.addLayout(
            self._buttons(
                (
                    self.tr("Save plan") + ELLIPSIS,
                    self._ask_plan,
                    self.tr("Every decision as JSON, for the command line and other models"),
                ),
                (
                    self.tr("Save layers") + ELLIPSIS,
                    self._ask_layers,
                    self.tr("The layer table as CSV"),
                ),
            )
        )
        self.checks.hide()

    def _make_results(self) -> QWidget:
        self._results = QWidget()
        column = QVBoxLayout(self._results)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for place, text in enumerate((self.tr("float"), self.tr("quantized")), 1):
            title = QLabel(text)
            title.setProperty("dim", True)
            title.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(title, 0, place)
        self._cells = [[QLabel() for _ in range(3)] for _ in range(5)]
        for row, cells in enumerate(self._cells, 1):
            for place, cell in enumerate(cells):
                cell.setFont(tabular(cell.font()))
                cell.setProperty("dim", place == 0)
                if place:
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                grid.addWidget(cell, row, place)
        grid.setColumnStretch(3, 1)
        column.addLayout(grid)
        column.addWidget(self.notes)
        column.addLayout(
            self._buttons(
                (self.tr("Open folder"), self._open_folder, ""),
                (
                    self.tr("Copy command line"),
                    self.copy_command,
                    self.tr("Saves the plan beside the file and copies the command that uses it"),
                ),
            )
        )
        self._results.hide()
        return self._results

    def _buttons(self, *entries: tuple[str, Callable[[], object], str]) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        for text, run, tip in entries:
            button = QPushButton(text)
            button.setToolTip(tip)
            button.clicked.connect(lambda _checked, run=run: run())
            line.addWidget(button)
        line.addStretch(1)
        return line
