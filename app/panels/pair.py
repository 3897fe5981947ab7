"""Two layers side by side: what they make, how it is clipped, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ..context import Context
from ..outcome import Outcome
from ..panels.view import View
from ..rows import LayerRow
from ..text import NOTHING, decibel, gain, in_line, number, size
from ..widgets.histogram_tile import HistogramTile
from ..widgets.label import Label
from ..widgets.row import vertical

_PICTURE_HEIGHT, _TALLEST = 140, 300
_TWO = 2


class PairView(View):
    """The first two that are selected; one alone beside the one before it that has a range."""

    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self.parts: list[QWidget] = []
        column = vertical(self.body, 16, 0, 16, 12)
        self.note = Label(self.tr("Select two layers in the list (Ctrl and click) to see others."))
        self.note.setProperty("dim", True)
        column.addWidget(self.note)
        column.addLayout(self._grid, 4)
        column.addStretch(1)
        self.follow_layers(context.network.layers_changed)

    def refresh(self) -> None:
        outcome, document = self.context.peek.outcome, self.context.document
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(self.tr("Two layers will be compared here."))
            return
        rows = {row.name: row for row in self.context.network.rows(outcome)}
        chosen = _two(document.selection.layers, rows)
        self.show_body()
        self.note.setVisible(len(document.selection.layers) < _TWO)
        for part in self.parts:
            self._grid.removeWidget(part)
            part.deleteLater()
        self.parts = []
        self._grid.setRowStretch(0, 1)
        for column in range(_TWO):
            self._grid.setColumnStretch(1 + column, 1)
        for column, row in enumerate(chosen):
            self._put(self._picture(outcome, row), 0, 1 + column)
        facts = self._facts(chosen)
        self._grid.setRowStretch(1 + len(facts), 1)
        for place, (name, *texts) in enumerate(facts, 1):
            for column, text in enumerate((name, *texts)):
                label = Label(text)
                label.setProperty("dim", column == 0)
                self._put(label, place, column)

    def _put(self, part: QWidget, row: int, column: int) -> None:
        self.parts.append(part)
        self._grid.addWidget(part, row, column)

    def _picture(self, outcome: Outcome, row: LayerRow) -> QWidget:
        node = outcome.flow.nodes.get(row.name)
        owner = None if node is None else outcome.flow.owners.get(node.output)
        table = outcome.table
        stats = None if table is None or owner is None else table.tensors.get(owner)
        if stats is None:
            return self._no_picture(row.name)
        tile = HistogramTile(self.context.theme, row.name)
        tile.setMinimumHeight(_PICTURE_HEIGHT)
        tile.setMaximumHeight(_TALLEST)
        ends = None if row.low is None or row.high is None else (row.low, row.high)
        tile.show_values(stats, ends, "")
        tile.set_names(row.name, row.name)
        tile.clicked.connect(lambda: self.context.show("distribution"))
        return tile

    def _no_picture(self, name: str) -> Label:
        label = Label(self.tr("{0}: its output stays float.").format(in_line(name)))
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        return label

    def _facts(self, rows: list[LayerRow]) -> list[tuple[str, ...]]:
        facts = (
            (self.tr("Operator"), [row.operator for row in rows]),
            (self.tr("Weight / output types"), [_types(row) for row in rows]),
            (self.tr("Range of the output"), [_range(row) for row in rows]),
            (self.tr("Weight alone, dB"), [decibel(row.weight_sqnr_db) for row in rows]),
            (self.tr("Output alone, dB"), [decibel(row.activation_sqnr_db) for row in rows]),
            (self.tr("With all before, dB"), [decibel(row.accumulated_db) for row in rows]),
            (self.tr("Gain if float, dB"), [gain(row.gain_db) for row in rows]),
            (self.tr("Bytes"), [size(row.bytes_after) if row.weight else NOTHING for row in rows]),
        )
        return [(name, *texts) for name, texts in facts]


def _two(selected: Sequence[str], rows: Mapping[str, LayerRow]) -> list[LayerRow]:
    names = [name for name in selected if name in rows][:_TWO]
    if len(names) == 1:
        before = list(takewhile(lambda name: name != names[0], rows))
        telling = [name for name in before if rows[name].low is not None]
        names = [*(telling or before)[-1:], *names]
    return [rows[name] for name in names]


def _types(row: LayerRow) -> str:
    return f"{row.weights or NOTHING} / {row.output_type or NOTHING}"


def _range(row: LayerRow) -> str:
    return NOTHING if row.low is None else f"{number(row.low)} .. {number(row.high)}"
