"""A table of figures that are shaded: names on the left, titles of columns standing upright."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ..colours import Colours, ink_on, mixed
from ..models.heat_rows import HeatCell, HeatRow, HeatRows
from ..theme import Theme, small, tabular
from ..widgets.selected_row import Index, SelectedRow

_ROW, _EDGES, _MARGIN, _PADDING = 20, 4, 4, 24
_LEAST, _MOST, _NAME, _NAME_MOST = 14, 56, 96, 260
"""Widths of a figure and of a name."""


class HeatTable(QTableView):
    """Figures take the room that names leave; where that is little, they are shown short, or not.

    `opened` tells row and column, 0 for the name: a click, or Return.
    """

    opened = Signal(int, int)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.rows = HeatRows(self)
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setFont(small(tabular(self.font())))
        self.setItemDelegate(_Cells(theme, self))
        self.setHorizontalHeader(_Upright(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(_ROW)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.clicked.connect(self._open)
        theme.changed.connect(self.viewport().update)

    def show_rows(
        self, columns: Sequence[tuple[str, str]], rows: Sequence[HeatRow], most: int
    ) -> None:
        """As high as `most` rows at most: then it scrolls."""
        self.rows.show(columns, rows)
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(head + min(len(rows), most) * _ROW + _EDGES)
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.row(), index.column())

    def _share_width(self) -> None:
        count = self.rows.columnCount() - 1
        if count < 1:
            return
        room = self.viewport().width()
        names = max(map(self.fontMetrics().horizontalAdvance, self._names()), default=0)
        name = min(max(names + _PADDING, _NAME), _NAME_MOST)
        wide = min(max((room - name) // count, _LEAST), _MOST)
        self.setColumnWidth(0, max(min(name, room - count * wide), _NAME))
        for column in range(1, count + 1):
            self.setColumnWidth(column, wide)

    def _names(self) -> list[str]:
        return [row.name for row in self.rows.rows]


class _Upright(QHeaderView):
    """Titles of figures from below upwards; that of the names as usual."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(_LEAST)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)

    def sizeHint(self) -> QSize:  # noqa: N802
        size = super().sizeHint()
        return QSize(size.width(), max(map(self._long, range(1, self.count())), default=0) + 12)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802
        painter.fillRect(rect, self.palette().window())
        painter.setPen(self.palette().placeholderText().color())
        title = self._title(section)
        if section == 0:
            room = rect.adjusted(_MARGIN, 0, 0, -_MARGIN)
            painter.drawText(room, Qt.AlignmentFlag.AlignBottom, title)
            return
        painter.save()
        painter.translate(rect.left(), rect.bottom())
        painter.rotate(-90)
        room = QRect(_MARGIN, 0, rect.height(), rect.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()

    def _title(self, section: int) -> str:
        return str(self.model().headerData(section, Qt.Orientation.Horizontal))

    def _long(self, section: int) -> int:
        return self.fontMetrics().horizontalAdvance(self._title(section))


class _Cells(SelectedRow):
    """The darker the worse; the best in bold and framed, underlined what is in use."""

    def __init__(self, theme: Theme, table: HeatTable) -> None:
        super().__init__(table)
        self._theme, self._table = theme, table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = self._table.rows.cell(index)
        if cell is None:
            super().paint(painter, option, index)
            return
        painter.save()
        painter.setClipRect(option.rect)
        ground = shade_of(self._theme.colours, cell.shade)
        painter.fillRect(option.rect.adjusted(0, 0, -1, -1), ground)
        ink = ink_on(ground)
        self._write(painter, option, cell, ink)
        self._mark(painter, QRectF(option.rect), cell, ink)
        painter.restore()

    def _write(
        self, painter: QPainter, option: QStyleOptionViewItem, cell: HeatCell, ink: QColor
    ) -> None:
        font = self._table.font()
        font.setBold(cell.best)
        painter.setFont(font)
        painter.setPen(ink)
        room = option.rect.width() - _MARGIN
        wide = painter.fontMetrics().horizontalAdvance
        text = next((text for text in (cell.text, cell.short) if wide(text) <= room), "")
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignCenter, text)

    def _mark(self, painter: QPainter, area: QRectF, cell: HeatCell, ink: QColor) -> None:
        if cell.best:
            painter.setPen(QPen(QColor(self._theme.colours.text), 1))
            painter.drawRect(area.adjusted(0.5, 0.5, -2.5, -2.5))
        if cell.used:
            painter.fillRect(area.adjusted(3, area.height() - 5, -4, -3), ink)


def shade_of(colours: Colours, shade: float | None) -> QColor:
    """From the ground to the colour of what is bad, always darker or always lighter.

    So it can be told without colours; where there is no figure it is that of the window.
    """
    if shade is None:
        return QColor(colours.window)
    return mixed(colours.base, colours.sqnr[0], shade)
