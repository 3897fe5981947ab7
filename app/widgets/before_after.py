"""Figures of the float model beside those of the quantized one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ..theme import tabular
from ..widgets.label import Label


class BeforeAfter(QWidget):
    """A row for each figure: its name, float, quantized."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(3, 1)
        self._rows: list[list[Label]] = []
        self._add(("", self.tr("float"), self.tr("quantized")), dim=True)

    def show_rows(self, rows: Sequence[tuple[str, str, str]]) -> None:
        for cells in self._rows[1:]:
            for cell in cells:
                cell.deleteLater()
        self._rows = self._rows[:1]
        for row in rows:
            self._add(row, dim=False)

    def _add(self, row: tuple[str, str, str], *, dim: bool) -> None:
        cells = [Label(text) for text in row]
        for place, cell in enumerate(cells):
            cell.setFont(tabular(cell.font()))
            cell.setProperty("dim", dim or place == 0)
            if place:
                cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(cell, len(self._rows), place)
        self._rows.append(cells)
