"""Values that a device dumps into a folder beside the float network, read as they come."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from quantengine.errors import DataError
from quantengine.monitor import Monitor

from ..context import Context
from ..text import NOTHING, decibel
from ..translation import counted, said
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.row import fill, horizontal, push_button, vertical

if TYPE_CHECKING:
    from quantengine.diff.dump_result import DumpDifference, DumpRow

    Found = DumpDifference | DataError

_LANE = "dumped values"
_MOST_ROWS, _NAMED = 12, 3
_WAIT_MS, _AGAIN_MS = 500, 1000
_MOST_WATCHED = 1000
_TRIES = 3
"""So often a file that cannot be read is the same before that is said of it."""


class DumpedValues(QWidget):
    """A row for each value of a folder; what is written there later is compared too."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.folder: Path | None = None
        self.found: Found | None = None
        self._again, self._tries, self._unread = False, 0, ""
        self._watcher = QFileSystemWatcher(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._begin)
        self._watcher.directoryChanged.connect(self._note_change)
        self._watcher.fileChanged.connect(self._note_change)
        self._make_parts()
        document = context.document
        document.model_changed.connect(lambda: self.show_folder(None))
        for changed in (document.data_changed, document.table_changed):
            changed.connect(self._note_change)
        self.hide()

    def show_folder(self, folder: Path | None) -> None:
        """None: nothing is looked at any more."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        self._soon.stop()
        self._context.jobs.cancel(_LANE)
        self.folder, self.found, self._again, self._tries = folder, None, False, 0
        self.setVisible(folder is not None)
        if folder is not None:
            self._watcher.addPath(str(folder))
            self._show()
            self._begin()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if self._again:
            self._note_change()

    def _note_change(self) -> None:
        if self.folder is not None:
            self._tries = 0
            self._soon.start(_WAIT_MS)

    def _begin(self) -> None:
        """Reads all of it, once what runs is done and somebody looks."""
        document, folder = self._context.document, self.folder
        model, data, table = document.model, document.dataset, document.table
        if folder is None or model is None or data is None:
            return
        self._again = not self.isVisible() or self._context.jobs.running(_LANE) is not None
        if self._again:
            return

        def call(monitor: Monitor) -> Found:
            from quantengine.diff.dump_map import map_beside
            from quantengine.diff.dumps import compare_dump

            try:
                mapping = map_beside(folder)
                return compare_dump(
                    model, folder, data, mapping=mapping, table=table, monitor=monitor
                )
            except DataError as error:  # what is missing may still be written
                return error

        text = self.tr("Comparing what {0} holds").format(folder.name)
        job = self._context.steps.start(_LANE, text, call)
        job.done.connect(lambda found: self._note(folder, found))
        job.finished.connect(self._go_on)

    def _go_on(self) -> None:
        if self._again and self.isVisible():
            self._soon.start(_WAIT_MS)

    def _note(self, folder: Path, found: Found) -> None:
        if folder != self.folder:
            return
        self.found = found
        self._watch()
        unread = "" if isinstance(found, DataError) else _state(folder, found)
        self._tries = self._tries + 1 if unread == self._unread else 1
        self._unread = unread
        if unread and self._tries < _TRIES:
            self._soon.start(_AGAIN_MS)
        self._show()

    def _watch(self) -> None:
        """Folders of samples and files too: what is written into them changes no folder above."""
        assert self.folder is not None
        known = {*self._watcher.files(), *self._watcher.directories()}
        below = map(str, islice(self.folder.rglob("*"), _MOST_WATCHED))
        new = [path for path in below if path not in known]
        if new:
            self._watcher.addPaths(new)

    def _show(self) -> None:
        assert self.folder is not None
        self._title.setText(self.tr("Values dumped in {0}").format(self.folder.name))
        found = self.found
        rows = () if found is None or isinstance(found, DataError) else found.rows
        self.table.setVisible(bool(rows))
        self.table.show_rows([_row(row) for row in rows])
        self.table.fit_rows(_MOST_ROWS)
        if found is None:
            self.sentence.setText(self.tr("Its values are being compared."))
        elif isinstance(found, DataError):
            waits = self.tr("It is looked at again when something is written there.")
            self.sentence.setText(f"{said(found)} {waits}")
        else:
            self.sentence.setText(" ".join(self._told(found)))

    def _told(self, found: DumpDifference) -> list[str]:
        """Where it breaks, what could not be matched, and what was not read yet."""
        first = found.first_bad
        lines = [self.tr("Nothing breaks.")] if found.rows and first is None else []
        if first is not None:
            lines.append(self.tr("It breaks first at {0}").format(said(first.text)))
            if first.after:
                right = ", ".join(first.after[:_NAMED])
                lines.append(self.tr("What it is made of is right: {0}.").format(right))
        lines.append(self.tr("Compared on {0}.").format(counted(found.samples, "sample")))
        if found.unknown:
            names = ", ".join(found.unknown[:_NAMED])
            lines.append(self.tr("Not in the model ({0}): {1}.").format(len(found.unknown), names))
        if found.missing:
            lines.append(self.tr("Not dumped: {0}.").format(counted(len(found.missing), "value")))
        if found.unread and self._tries < _TRIES:
            files = counted(len(found.unread), "file")
            lines.append(self.tr("Still being written: {0}.").format(files))
        elif found.unread:
            name, why = found.unread[0]
            lines.append(self.tr("Not read: {0}: {1}.").format(name, said(why)))
        return [*lines, *map(said, found.notes)]

    def _select(self, row: int) -> None:
        found, outcome = self.found, self._context.document.outcome
        if found is None or isinstance(found, DataError) or outcome is None:
            return
        node = found.rows[row].node
        if node in {layer.name for layer in outcome.layers}:
            self._context.document.select(str(node))

    def _make_parts(self) -> None:
        self._title, self.sentence = Label(), Label()
        self._title.setProperty("heading", True)
        self.sentence.setWordWrap(True)
        self.drop = push_button(self.tr("Remove"), lambda: self.show_folder(None))
        heads = [
            (self.tr("Node"), ""),
            (self.tr("Tensor"), self.tr("As the file calls it")),
            (self.tr("dB"), self.tr("With all that came before it, as the device has it")),
            (self.tr("ours"), self.tr("The same by the default plan")),
            (self.tr("its values"), ""),
            (self.tr("float"), self.tr("What the float network has there")),
        ]
        self.table = FigureTable(self.tr("Dumped values"), heads)
        self.table.chosen.connect(self._select)
        head = horizontal(None, 0, 0, 0, 0, spacing=8)
        fill(head, self._title, 1, self.drop)
        fill(vertical(self, 0, 4, 0, 0, spacing=8), head, self.sentence, self.table)


def _row(row: DumpRow) -> tuple[str, ...]:
    ends = (row.low, row.high), (row.float_low, row.float_high)
    return (
        row.node or NOTHING,
        row.tensor,
        *(decibel(x) for x in (row.db, row.ours_db)),
        *(f"{low:.3g} .. {high:.3g}" for low, high in ends),
    )


def _state(folder: Path, found: DumpDifference) -> str:
    """What is not read as it is now: another state is worth another try."""
    sizes = []
    for name, _ in found.unread:
        path = folder / name.partition(":")[0]
        try:
            sizes.append(f"{name} {path.stat().st_size}")
        except OSError:
            sizes.append(name)
    return "\n".join(sizes)
