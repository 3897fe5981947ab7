"""Scales per tensor and per channel at three widths: a table that fills as it is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from quantengine.errors import PlanError
from quantengine.finetune.settings import Settings

from ..context import Context
from ..jobs import Bridge, Job
from ..text import NOTHING, decibel, share
from ..translation import counted, said
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, vertical

if TYPE_CHECKING:
    from quantengine.verdict.verdict import Verdict
    from quantengine.work.width_table import WidthCell, WidthTable

LANE = "width table"


class WidthRows(QWidget):
    """`trained` is offered where torch is; `changed` tells that there are cells to show."""

    changed = Signal()

    def __init__(
        self, context: Context, settings: Callable[[], Settings], trains: Callable[[], bool]
    ) -> None:
        super().__init__()
        self._context, self._settings, self._trains = context, settings, trains
        self.cells: list[WidthCell] = []
        self.button = QPushButton(self.tr("Table of scales and widths"))
        self.button.setToolTip(
            plain_tip(
                self.tr(
                    "Scales per tensor and per channel at W8A8, W4A8 and W4A4, as calibrated and\n"
                    "recovered: six recoveries"
                )
            )
        )
        self.button.clicked.connect(lambda _checked: self.measure())
        self.trained = QCheckBox(self.tr("trained too"))
        self.trained.setToolTip(plain_tip(self.tr("A third column: six trainings")))
        self.note = Label()
        self.note.setProperty("dim", True)
        self._titles = {
            "plain": self.tr("calibrated"),
            "recovered": self.tr("recovered"),
            "fine-tuned": self.tr("trained"),
        }
        self.table = FigureTable(self.tr("Table of scales and widths"), self._headings())
        fill(vertical(self, 0, 0, 0, 0, spacing=4), self.table, self.note)
        for changed in (context.document.model_changed, context.document.data_changed):
            changed.connect(self._start_over)
        self._start_over()

    def refresh(self) -> None:
        self.trained.setVisible(self._trains())

    def measure(self) -> Job | None:
        """Cells appear as they are found."""
        work = self._context.document.work
        if work is None or work.dataset is None:
            return None
        unobserved, trains = replace(work, table=None), self._trains() and self.trained.isChecked()
        try:
            settings = self._settings() if trains else None
        except PlanError as error:
            self._context.steps.refuse(LANE, said(error))
            return None

        def call(monitor: Bridge) -> WidthTable:
            from quantengine.work.width_table import width_table

            return width_table(
                unobserved, settings=settings, trains=trains, watch=monitor.find, monitor=monitor
            )

        self._start_over()
        job = self._context.steps.start(LANE, self.tr("Filling the table of widths"), call)
        job.found.connect(self._add)
        job.done.connect(self._finish)
        job.finished.connect(partial(self._tidy, job))
        self.button.setEnabled(False)
        return job

    def _add(self, cell: WidthCell) -> None:
        self.cells.append(cell)
        self._show()
        self.note.setText(self.tr("More come as they are measured."))

    def _finish(self, found: WidthTable) -> None:
        text = self.tr("Judged on {0} that taught nothing.")
        self.note.setText(text.format(counted(found.samples, "sample")))

    def _tidy(self, job: Job) -> None:
        self.button.setEnabled(self._context.jobs.running(LANE) is None)
        if job.cancelled and self.cells:
            self.note.setText(self.tr("Stopped: what was finished is shown."))

    def _start_over(self) -> None:
        self._context.jobs.cancel(LANE)
        self.cells = []
        self.note.setText("")
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self.cells))
        known = {(cell.row, cell.stage): cell for cell in self.cells}
        stages = list(dict.fromkeys(cell.stage for cell in self.cells))
        self.table.set_headings(self._headings(*stages))
        scales = {"tensor": self.tr("per tensor"), "channel": self.tr("per channel")}
        rows = dict.fromkeys(cell.row for cell in self.cells)
        self.table.show_rows(
            [
                (
                    scales[row[0]],
                    f"W{row[1]}A{row[2]}",
                    *(_figures(known[row, s].effect) if (row, s) in known else "" for s in stages),
                )
                for row in rows
            ]
        )
        self.table.fit_rows()
        self.changed.emit()

    def _headings(self, *stages: str) -> list[tuple[str, str]]:
        tip = self.tr("Top-1 or agreement where there are classes, and dB of the outputs")
        heads = [(self.tr("Scales of weights"), ""), (self.tr("Bits"), "")]
        return heads + [(self._titles[stage], tip) for stage in stages]


def _figures(effect: Verdict) -> str:
    first = next((share(x) for x in (effect.accuracy, effect.agreement) if x is not None), "")
    return f"{first}  {decibel(effect.judged_db)} dB".strip() or NOTHING
