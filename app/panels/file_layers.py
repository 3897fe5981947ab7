"""The layers of a file of any tool beside the float network, and where it breaks."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from quantengine.monitor import Monitor

from ..context import Context
from ..decided import PLAN_ALONE
from ..text import NOTHING, decibel
from ..translation import counted, said
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.row import fill, horizontal, push_button, vertical

if TYPE_CHECKING:
    from quantengine.diff.difference import Difference, LayerDifference, RangeFigures
    from quantengine.diff.taken import Taken

    Found = tuple[Difference, Taken | None]

_MOST_ROWS, _PROBES = 12, 32
_LANE = "file layers"


class FileLayers(QWidget):
    """A row for each value that both have, its sentence above; what it decided can be taken over.

    Figures are of the samples that statistics are collected on, at most 32 of them.
    """

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._path: Path | None = None
        self._known: dict[tuple[object, ...], Found] = {}
        self._tried: set[tuple[object, ...]] = set()
        """What failed is not begun again by itself."""
        self._title, self.sentence = Label(), Label()
        self._title.setProperty("heading", True)
        self.sentence.setWordWrap(True)
        self.take = push_button(
            self.tr("Take it over"),
            self.take_over,
            self.tr("Its ranges, types and granularity become the plan, as one undo step"),
        )
        self.table = FigureTable(self.tr("Layers of the file"), self._headings())
        self.table.chosen.connect(self._select)
        context.document.model_changed.connect(self._forget)
        self.hide()
        head = horizontal(None, 0, 0, 0, 0, spacing=8)
        fill(head, self._title, 1, self.take)
        fill(vertical(self, 0, 4, 0, 0, spacing=8), head, self.sentence, self.table)

    @property
    def found(self) -> Found | None:
        """What is known of the file that is shown."""
        return self._known.get(self._key)

    def show_file(self, path: Path | None) -> None:
        """None hides it; what is not known of a file yet is worked out."""
        document = self._context.document
        if path != self._path:
            self._context.jobs.cancel(_LANE)
        self._path = path
        ready = path is not None and document.model is not None and document.dataset is not None
        self.setVisible(ready)
        if not ready:
            self._context.beside.clear()
            return
        if self._key not in self._tried and self._context.jobs.running(_LANE) is None:
            self._begin()
        self._show()

    def take_over(self) -> None:
        """Makes what the file decided the plan, without anything beyond it."""
        found, path = self.found, self._path
        if found is None or found[1] is None or path is None:
            return
        text = self.tr("take over {0}").format(path.name)
        self._context.document.edit(text, plan=found[1].plan, recipe=PLAN_ALONE)

    @property
    def _key(self) -> tuple[object, ...]:
        document = self._context.document
        return self._path, document.model, document.dataset

    def _begin(self) -> None:
        document, path, key = self._context.document, self._path, self._key
        model, data, table = document.model, document.dataset, document.table
        assert model is not None and data is not None and path is not None
        self._tried.add(key)

        def call(monitor: Monitor) -> Found:
            from quantengine.diff.compare import compare
            from quantengine.diff.joined import join
            from quantengine.diff.reading import read_other
            from quantengine.diff.taken import take_over
            from quantengine.errors import PlanError

            joined = join(model, read_other(path, monitor=monitor), data, monitor=monitor)
            found = compare(joined, data, limit=_PROBES, table=table, monitor=monitor)
            try:
                return found, take_over(joined)
            except PlanError:  # a second float file decides nothing
                return found, None

        text = self.tr("Comparing layers of {0}").format(path.name)
        job = self._context.steps.start(_LANE, text, call)
        job.done.connect(lambda found: self._note(key, found))
        job.finished.connect(lambda: self._tried.discard(key) if job.cancelled else None)

    def _note(self, key: tuple[object, ...], found: Found) -> None:
        self._known[key] = found
        if key == self._key:
            self._show()

    def _forget(self) -> None:
        self._known.clear()
        self._tried.clear()
        self.show_file(None)

    def _show(self) -> None:
        found = self.found
        path = self._path
        self._title.setText("" if path is None else self.tr("Layers of {0}").format(path.name))
        self.take.setEnabled(found is not None and found[1] is not None)
        self.table.setVisible(found is not None)
        if found is None:
            self._context.beside.clear()
            self.sentence.setText(self.tr("Its layers are being compared."))
            return
        difference = found[0]
        ranges = {row.tensor: row.range for row in difference.layers if row.range is not None}
        ends = {tensor: (each.low, each.high) for tensor, each in ranges.items()}
        self._context.beside.show(difference.other, ends)
        self.sentence.setText(" ".join(self._told(difference)))
        self.table.show_rows([_row(row) for row in difference.layers])
        self.table.fit_rows(_MOST_ROWS)

    def _told(self, found: Difference) -> list[str]:
        """Where it breaks, what else is bad, and how many layers were not found."""
        first = found.first_bad
        if first is None:
            lines = [self.tr("No layer breaks.")]
        else:
            lines = [self.tr("It breaks first at {0}").format(said(first.text))]
        lines += [said(each.text) for each in found.bad[1:3]]
        if found.unmatched:
            missing = counted(len(found.unmatched), "layer")
            lines.append(self.tr("Not found in the file: {0}.").format(missing))
        return [*lines, *map(said, found.notes)]

    def _select(self, row: int) -> None:
        found = self.found
        layer = None if found is None else found[0].layers[row].layer
        if layer is not None:
            self._context.document.select(layer)

    def _headings(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Layer"), ""),
            (self.tr("alone"), self.tr("dB of its part of the file, fed by the float network")),
            (self.tr("ours"), self.tr("The same by the default ranges, in the file's types")),
            (self.tr("so far"), self.tr("dB as the file computes it, with all that came before")),
            (self.tr("weights"), self.tr("dB of the weights beside those of the float network")),
            (self.tr("its range"), ""),
            (self.tr("our range"), self.tr("What the statistics choose at that type")),
        ]


def _row(row: LayerDifference) -> tuple[str, ...]:
    weights = None if row.weights is None else row.weights.db
    return (
        row.layer or row.tensor,
        *(decibel(x) for x in (row.local_db, row.ours_db, row.accumulated_db)),
        NOTHING if weights is None else decibel(weights),
        *_ranges(row.range),
    )


def _ranges(found: RangeFigures | None) -> tuple[str, str]:
    if found is None:
        return NOTHING, NOTHING
    ours = found.ours_low, found.ours_high
    return _span(found.low, found.high), NOTHING if math.isnan(ours[0]) else _span(*ours)


def _span(low: float, high: float) -> str:
    return f"{low:.3g} .. {high:.3g}"
