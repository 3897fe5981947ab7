"""Layers that are not the same under two plans."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QCheckBox, QWidget

from ..outcome import Outcome
from ..rows import LayerRow
from ..text import NOTHING, decibel, in_line
from ..widgets.choice_box import ChoiceBox
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.row import fill, horizontal, vertical

_MOST_ROWS = 12


class Differences(QWidget):
    """A row for each layer: its types and dB under one plan and under another."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._others = "", dict[str, Outcome]()
        self._one: Outcome | None = None
        types, worse = self.tr("Weight / output types"), self.tr("The worse of weight and output")
        self.table = FigureTable(
            self.tr("Layers side by side"),
            [
                (self.tr("Layer"), ""),
                (self.tr("snapshot"), types),
                (self.tr("dB"), worse),
                (self.tr("now"), types),
                (self.tr("dB"), worse),
            ],
        )
        self.against = ChoiceBox()
        self.against.setAccessibleName(self.tr("Compared with"))
        self.against.activated.connect(lambda _place: self._show())
        self.all = QCheckBox(self.tr("all layers"))
        self.all.setToolTip(self.tr("Also those that are the same in both"))
        self.all.clicked.connect(lambda _on: self._show())
        self._title = Label()
        self._title.setProperty("heading", True)
        head = horizontal(None, 0, 0, 0, 0, spacing=8)
        fill(head, self._title, self.against, 1, self.all)
        fill(vertical(self, 0, 4, 0, 0, spacing=8), head, self.table)

    def show_between(self, name: str, one: Outcome, others: Mapping[str, Outcome]) -> None:
        """`others`: what it can be held against, by name; which one is a choice."""
        self._name, self._one, self._others = name, one, dict(others)
        if list(others) != [self.against.itemText(k) for k in range(self.against.count())]:
            self.against.clear()
            self.against.addItems(list(others))
        self._show()

    def _show(self) -> None:
        other = self._others.get(self.against.currentText())
        self.setVisible(self._one is not None and other is not None)
        if self._one is None or other is None:
            return
        rows = _pairs(self._one, other)
        differing = [row for row in rows if row[1:3] != row[3:5]]
        text = self.tr("Layers of {0} that differ ({1}) from")
        self._title.setText(text.format(self._name, len(differing)))
        for column, name in ((1, in_line(self._name)), (3, self.against.currentText())):
            self.table.name_column(column, name)
        self.table.show_rows(rows if self.all.isChecked() else differing)
        self.table.fit_rows(_MOST_ROWS)


def _pairs(one: Outcome, other: Outcome) -> list[tuple[str, ...]]:
    before = {row.name: row for row in one.rows}
    return [
        (row.name, *_shown(before[row.name]), *_shown(row))
        for row in other.rows
        if row.name in before
    ]


def _shown(row: LayerRow) -> tuple[str, str]:
    """Types of weight and output, and dB."""
    return f"{row.weights or NOTHING} / {row.output_type or NOTHING}", decibel(row.sqnr_db)
