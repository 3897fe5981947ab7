"""A plain table of names and figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from ..text import in_line
from ..theme import tabular
from ..widgets.label import plain_tip
from ..widgets.selected_row import SelectedRow

_CHIP, _EDGES = 8, 4


class FigureTable(QTableWidget):
    """The first column takes the room that is left; all others are right-aligned figures."""

    chosen = Signal(int)
    """A row was activated: double click or Return."""
    resized = Signal()

    def __init__(self, name: str, headings: Sequence[tuple[str, str]]) -> None:
        """`headings`: (title, tooltip) of each column."""
        super().__init__(0, len(headings))
        self.headings: list[tuple[str, str]] = []
        self.setAccessibleName(name)
        self.setFont(tabular(self.font()))
        self.setItemDelegate(SelectedRow(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(QSize(_CHIP, _CHIP))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.set_headings(headings)
        self.itemActivated.connect(lambda item: self.chosen.emit(item.row()))

    def set_headings(self, headings: Sequence[tuple[str, str]]) -> None:
        """Other columns; rows of others before are dropped."""
        if list(headings) == self.headings:
            return
        self.headings = list(headings)
        self.setRowCount(0)
        self.setColumnCount(len(headings))
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, (title, tip) in enumerate(headings):
            item = QTableWidgetItem(in_line(title))
            item.setToolTip(plain_tip(tip))
            item.setTextAlignment(_side(place))
            self.setHorizontalHeaderItem(place, item)

    def show_rows(
        self,
        rows: Sequence[Sequence[str | tuple[str, ...]]],
        *,
        strong: int | None = None,
        tips: Sequence[str] = (),
        colours: Sequence[QColor | None] = (),
    ) -> None:
        """Replaces all rows; a tuple is a cell of several lines.

        `strong` is drawn bold, `colours` mark rows with a chip.
        """
        self.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for place, text in enumerate(cells):
                lines = (text,) if isinstance(text, str) else text
                item = QTableWidgetItem("\n".join(map(in_line, lines)))
                item.setTextAlignment(_side(place))
                font = item.font()
                font.setBold(row == strong)
                item.setFont(font)
                if place == 0 and row < len(tips):
                    item.setToolTip(plain_tip(tips[row]))
                if place == 0 and row < len(colours) and colours[row] is not None:
                    item.setData(Qt.ItemDataRole.DecorationRole, colours[row])
                self.setItem(row, place, item)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.resized.emit()

    def fit_rows(self, most: int | None = None) -> None:
        """As high as its rows are, or `most` of them: then it scrolls."""
        rows = self.rowCount() if most is None else min(self.rowCount(), most)
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(head + rows * self.verticalHeader().defaultSectionSize() + _EDGES)

    def name_column(self, place: int, title: str) -> None:
        """Another title for a column, as where its unit depends on what is shown."""
        item = self.horizontalHeaderItem(place)
        assert item is not None
        item.setText(in_line(title))

    def texts(self) -> list[list[str]]:
        """What is shown, row by row."""
        return [
            [self._text(row, column) for column in range(self.columnCount())]
            for row in range(self.rowCount())
        ]

    def texts_of(self, column: int) -> list[str]:
        """What is shown in a column."""
        return [self._text(row, column) for row in range(self.rowCount())]

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return "" if item is None else item.text()


def _side(place: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
