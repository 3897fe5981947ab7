"""Ranges and widths as another tool reads them: what a format cannot carry is told before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from quantengine.errors import QuantError
from quantengine.files import whole_file
from quantengine.monitor import Monitor

from ..context import Context
from ..sources import check_place
from ..text import ELLIPSIS
from ..translation import said, tr_engine
from ..widgets.choice_box import ChoiceBox
from ..widgets.label import Label
from ..widgets.row import fill, push_button, row, vertical

if TYPE_CHECKING:
    from quantengine.analyze.comparison import Comparison
    from quantengine.tables.table import Written
    from quantengine.work.work import Work

_LANE = "table"
_ENDINGS = {"csv": ".csv", "ncnn": ".table", "tensorrt": ".cache", "hailo": ".alls", "rknn": ".cfg"}
_TEXTS = ("tpu-mlir", "tpu-mlir-qtable")


class ExportTable(QWidget):
    """`place` says where the model would be written: a table lies beside it."""

    def __init__(self, context: Context, place: Callable[[], Path]) -> None:
        super().__init__()
        self._context, self._place = context, place
        self.written: Written | None = None
        self._patched: Path | None = None
        self.format = ChoiceBox()
        self.format.setAccessibleName(self.tr("Table for another tool"))
        self.format.activated.connect(lambda _: self._choose())
        self.save = push_button(
            self.tr("Save table") + ELLIPSIS,
            self._ask,
            self.tr("Ranges, scales and widths of the plan, as that tool reads them"),
        )
        self.notes = Label()
        self.notes.setWordWrap(True)
        self.notes.setProperty("dim", True)
        column = vertical(self, 0, 0, 0, 0, spacing=8)
        column.addLayout(row(Label(self.tr("Table for another tool")), self.format, self.save))
        fill(column, self.notes)
        for changed in (context.document.plan_changed, context.document.table_changed):
            changed.connect(self._forget)
        context.document.model_changed.connect(self._forget)
        self._show()

    def offer(self) -> None:
        """Fills the box when it first comes in sight."""
        if self.format.count():
            return
        from quantengine.tables.registry import TABLES

        self.format.addItem(self.tr("choose a format"), "")
        for table in TABLES.values():
            if table.write is not None:
                self.format.addItem(f"{table.name}: {tr_engine(table.text)}", table.name)

    def write(self, path: Path) -> None:
        """Writes what was made for the format; raises QuantError where it cannot be."""
        if self.written is None:
            return
        check_place(self._context.document, path)
        with whole_file(path) as beside:
            beside.write_text(self.written.text, encoding="utf-8", newline="")

    def choose(self, name: str, patched: Path | None = None) -> None:
        """Makes the table of a format; `patched` is the file of that tool which it changes."""
        self.offer()
        self.format.setCurrentIndex(self.format.findData(name))
        self.written, self._patched = None, patched
        work, network = self._context.document.work, self._context.network
        self._show()
        if work is None or work.table is None or not name:
            return
        known = None if network.comparison_is_stale else network.compared
        compared = None if known is None else known.found
        call = partial(_made, work, name, patched, compared)
        job = self._context.steps.start(_LANE, self.tr("Making the table"), call)
        job.done.connect(partial(self._note, name))

    def _choose(self) -> None:
        """A format that changes a file of its tool asks for that first."""
        from quantengine.tables.registry import TABLES

        name = str(self.format.currentData())
        if name and TABLES[name].patches:
            title = self.tr("The tool's own file, which is changed")
            chosen, _ = QFileDialog.getOpenFileName(self.window(), title, str(self._place().parent))
            if not chosen:
                self.format.setCurrentIndex(0)
                self._forget()
                return
            self.choose(name, Path(chosen))
        else:
            self.choose(name)

    def _ask(self) -> None:
        name = str(self.format.currentData())
        ending = ".txt" if name in _TEXTS else _ENDINGS.get(name, ".json")
        beside = self._place()
        start = str(beside.with_name(f"{beside.stem}.{name}{ending}"))
        chosen, _ = QFileDialog.getSaveFileName(self.window(), self.tr("Save table"), start)
        if chosen:
            try:
                self.write(Path(chosen))
            except QuantError as error:
                self._context.steps.refuse(_LANE, said(error))

    def _note(self, name: str, written: Written) -> None:
        if name == self.format.currentData():
            self.written = written
            self._show()

    def _forget(self) -> None:
        """A table of another plan is made anew once it is asked for."""
        self._context.jobs.cancel(_LANE)
        self.written = None
        self.format.setCurrentIndex(0)
        self._show()

    def _show(self) -> None:
        self.save.setEnabled(self.written is not None)
        self.notes.setVisible(self.written is not None)
        if self.written is not None:
            left = [said(note) for note in self.written.notes]
            self.notes.setText("\n".join(left) or self.tr("It carries all of it."))


def _made(
    work: Work, name: str, patched: Path | None, compared: Comparison | None, monitor: Monitor
) -> Written:
    """What the plan alone gives, as the command line has it."""
    from quantengine.graph.read import read_model
    from quantengine.resolve.resolve import resolve_plan
    from quantengine.tables.listing import Listing
    from quantengine.tables.registry import TABLES
    from quantengine.tables.table import table_text

    resolution = resolve_plan(work.model, work.plan, work.table, monitor=monitor)
    file = read_model(work.model.path, monitor=monitor).proto
    return table_text(TABLES[name], Listing.of(work.model, resolution, file, compared), patched)
