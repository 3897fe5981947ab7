"""What a table of shaded figures holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ..text import in_line
from ..widgets.label import plain_tip

Index = QModelIndex | QPersistentModelIndex


class HeatCell(NamedTuple):
    """`shade` from 0, nothing, to 1; None where there is no figure. `tip` says all of it."""

    text: str
    short: str
    shade: float | None
    tip: str
    best: bool = False
    used: bool = False


class HeatRow(NamedTuple):
    name: str
    tip: str
    cells: tuple[HeatCell, ...]


class HeatRows(QAbstractTableModel):
    """Names in the first column, a figure in each of the others."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns: tuple[tuple[str, str], ...] = ()
        self.rows: tuple[HeatRow, ...] = ()

    def show(self, columns: Sequence[tuple[str, str]], rows: Sequence[HeatRow]) -> None:
        """`columns`: title and tip of each, that of the names first."""
        self.beginResetModel()
        self.columns, self.rows = tuple(columns), tuple(rows)
        self.endResetModel()

    def cell(self, index: Index) -> HeatCell | None:
        """None of a name."""
        return self.rows[index.row()].cells[index.column() - 1] if index.column() > 0 else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, cell = self.rows[index.row()], self.cell(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return in_line(row.name if cell is None else cell.text)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return plain_tip(row.tip if cell is None else cell.tip)
            case _:
                return None

    def headerData(  # noqa: N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        title, tip = self.columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return in_line(title)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(tip)
            case _:
                return None
