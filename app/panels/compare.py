"""The float network, the plan as it is, named snapshots of it and other files, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton

from ..compared import Compared, Standing
from ..context import Context
from ..decided import Snapshot
from ..outcome import Outcome
from ..panels.differences import Differences
from ..panels.dumped_values import DumpedValues
from ..panels.file_layers import FileLayers
from ..panels.view import View
from ..text import ELLIPSIS, NOTHING, decibel, figure, in_line, size
from ..verdict_figures import title_of
from ..widgets.figure_table import FigureTable
from ..widgets.row import fill, push_button, vertical

_MOST_ROWS, _MOST_FIGURES = 10, 2
_FLOAT, _NOW, _KEPT = 0, 1, 2
"""Rows of the float network and of the plan as it is, and the first of what was kept."""


class CompareView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.compared = Compared(context.steps, context.network, context.findings)
        self.pieces = iter(
            (self._make_snapshots, self._make_below, self._make_dumped, self._lay_out, self._follow)
        )

    def refresh(self) -> None:
        document = self.context.document
        outcome = document.outcome
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(
                self.tr("Snapshots of the plan can be kept and compared here.")
            )
            return
        self.show_body()
        self.compared.want()
        row = max(self.table.currentRow(), _NOW)
        now = self.compared.of((document.plan, document.decided.recipe))
        told = [] if now is None else [n for n, f in now.figures.items() if f.candidate is not None]
        names = told[:_MOST_FIGURES]
        rows = [
            self._float_row(outcome, now, names),
            _row(self.tr("as it is now"), now, names),
            *(_row(each.name, self._of(each), names) for each in document.snapshots),
            *(_row(path.name, self.compared.of(path), names) for path in self.compared.files),
        ]
        self.table.set_headings(self._headings(names))
        self.table.show_rows(rows, strong=_NOW, tips=self._tips())
        self.table.selectRow(min(row, len(rows) - 1))
        self.table.fit_rows(_MOST_ROWS)
        self._show_chosen()

    def keep_snapshot(self, name: str) -> None:
        document = self.context.document
        taken = {each.name for each in document.snapshots}
        chosen = name.strip() or self.tr("plan {0}").format(len(taken) + 1)
        while chosen in taken:
            chosen += "'"
        self.name.clear()
        kept = Snapshot(chosen, document.plan, document.decided.recipe)
        document.keep_snapshots((*document.snapshots, kept))

    def load_snapshot(self, place: int) -> None:
        document = self.context.document
        if 0 <= place < len(document.snapshots):
            each = document.snapshots[place]
            text = self.tr("go back to {0}").format(each.name)
            document.edit(text, plan=each.plan, recipe=each.recipe)

    def remove(self, place: int) -> None:
        """A snapshot as one undo step, or a file, which is only no longer shown."""
        document, files = self.context.document, self.compared.files
        beyond = place - len(document.snapshots)
        if 0 <= place < len(document.snapshots):
            left = tuple(s for i, s in enumerate(document.snapshots) if i != place)
            text = self.tr("remove {0}").format(document.snapshots[place].name)
            document.edit(text, snapshots=left)
        elif 0 <= beyond < len(files):
            self.compared.remove_file(files[beyond])

    def ask_file(self) -> None:
        settings = self.context.settings
        chosen, _ = QFileDialog.getOpenFileName(
            self.window(),
            self.tr("Another file of this network"),
            settings.folder("compare"),
            self.tr("ONNX models (*.onnx);;All files (*)"),
        )
        if chosen:
            settings.set_folder("compare", Path(chosen).parent)
            self.compared.add_file(Path(chosen))

    def ask_dump(self) -> None:
        settings = self.context.settings
        chosen = QFileDialog.getExistingDirectory(
            self.window(), self.tr("Dumped values"), settings.folder("dump")
        )
        if chosen:
            settings.set_folder("dump", Path(chosen).parent)
            self.dumped.show_folder(Path(chosen))

    @property
    def _chosen(self) -> int:
        """Which of what was kept is selected; negative for float and the plan as it is."""
        return self.table.currentRow() - _KEPT

    def _of(self, kept: Snapshot) -> Standing | None:
        return self.compared.of((kept.plan, kept.recipe))

    def _float_row(
        self, outcome: Outcome, now: Standing | None, names: Sequence[str]
    ) -> tuple[str, ...]:
        """What the float network has on the same samples."""
        figures = [] if now is None else [now.figures[name] for name in names]
        samples = NOTHING if now is None else str(now.samples)
        reached = [figure(each.reference, each.unit) for each in figures]
        whole = size(outcome.model.file_bytes)
        return (self.tr("float"), *reached, NOTHING, NOTHING, samples, whole)

    def _headings(self, names: Sequence[str]) -> list[tuple[str, str]]:
        own = self.tr("On the samples that judge: the float network in the first line")
        return [
            (self.tr("Plan"), ""),
            *((title_of(name), own) for name in names),
            (self.tr("Output dB"), self.tr("SQNR of the network's outputs")),
            (self.tr("Worst dB"), self.tr("SQNR of the worst slice of all outputs")),
            (self.tr("n"), self.tr("How many samples the figures beside it are of")),
            (self.tr("Size"), self.tr("Bytes of the file")),
        ]

    def _tips(self) -> list[str]:
        kept = [each.name for each in self.context.document.snapshots]
        return ["", "", *kept, *map(str, self.compared.files)]

    def _show_chosen(self) -> None:
        document = self.context.document
        place, snapshots = self._chosen, document.snapshots
        is_snapshot = 0 <= place < len(snapshots)
        self.load.setEnabled(is_snapshot)
        self.drop.setEnabled(place >= 0)
        beyond, files = place - len(snapshots), self.compared.files
        self.layers.show_file(files[beyond] if 0 <= beyond < len(files) else None)
        known = self._of(snapshots[place]) if is_snapshot else None
        if known is None or known.outcome is None or document.outcome is None:
            self.differences.hide()
            return
        others = {self.tr("as it is now"): document.outcome}
        for each in snapshots:
            standing = self._of(each)
            if standing is not None and standing.outcome is not None:
                others[in_line(each.name)] = standing.outcome
        self.differences.show_between(snapshots[place].name, known.outcome, others)

    def _make_snapshots(self) -> None:
        self.name = QLineEdit(placeholderText=self.tr("its name"))
        self.name.setAccessibleName(self.tr("Name of the snapshot"))
        self.keep = push_button(
            self.tr("Keep this plan"), lambda: self.keep_snapshot(self.name.text())
        )
        self.keep.setProperty("primary", True)
        self.open = push_button(
            self.tr("Another file") + ELLIPSIS,
            self.ask_file,
            self.tr("A file of this network that was quantized before, or by another tool"),
        )
        self.open_dump = push_button(
            self.tr("Dump") + ELLIPSIS,
            self.ask_dump,
            self.tr("A folder of arrays that a device wrote, a file a tensor: read as they come"),
        )
        self.load: QPushButton = push_button(
            self.tr("Go back to it"), lambda: self.load_snapshot(self._chosen)
        )
        self.drop = push_button(self.tr("Remove"), lambda: self.remove(self._chosen))
        self.table = FigureTable(self.tr("Snapshots"), self._headings(()))
        self.name.returnPressed.connect(lambda: self.keep_snapshot(self.name.text()))
        self.table.itemSelectionChanged.connect(self._show_chosen)

    def _make_below(self) -> None:
        self.differences = Differences()
        self.layers = FileLayers(self.context)

    def _make_dumped(self) -> None:
        self.dumped = DumpedValues(self.context)

    def _follow(self) -> None:
        document, context = self.context.document, self.context
        self.follow(document.outcome_changed, document.snapshots_changed, context.network.changed)
        self.follow(context.findings.changed, self.compared.changed)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        fill(head, (self.name, 1), self.keep, self.open, self.open_dump)
        head.addSpacing(16)
        fill(head, self.load, self.drop)
        column = vertical(self.body, 16, 0, 16, 12, spacing=8)
        fill(column, head, self.table, self.differences, self.layers, self.dumped)


def _row(name: str, known: Standing | None, names: Sequence[str]) -> tuple[str, ...]:
    if known is None:
        return (name, *[NOTHING] * (len(names) + 4))
    figures = [known.figures.get(each) for each in names]
    return (
        name,
        *(NOTHING if each is None else figure(each.candidate, each.unit) for each in figures),
        decibel(known.sqnr_db),
        decibel(known.worst_db),
        str(known.samples),
        NOTHING if known.file_bytes is None else size(known.file_bytes),
    )
