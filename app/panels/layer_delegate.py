"""How a line of the table of layers is drawn: colours beside numbers, never colour alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from ..models.layer_cell import Cell
from ..models.layer_columns import MUCH
from ..models.layer_table import LayerTable
from ..theme import Theme
from ..widgets.selected_row import Index, mark_selected

INDENT, MARK = 12, 14
"""Pixels for each module around a name, and for the mark that folds one."""
_MARGIN, _BAR = 5, 4
_DEEPEST = 6


class LayerDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = option.rect
        painter.save()
        mark_selected(painter, option, index)
        cell = _cell(index)
        if cell.folded is False:
            painter.setClipRect(area)
            self._paint_name(painter, _row_of(option), option, cell)
        elif index.column() == 0:
            self._paint_name(painter, area, option, cell)
        else:
            self._paint_figure(painter, option, cell)
        painter.restore()

    def folds_at(self, index: Index, x: int) -> bool:
        """Whether a click so far into the name is on the mark of a module."""
        cell = _cell(index)
        return cell.folded is not None and x < _left(cell) + MARK

    def _paint_name(
        self, painter: QPainter, room: QRect, option: QStyleOptionViewItem, cell: Cell
    ) -> None:
        area = room.adjusted(_left(cell), 0, -_MARGIN, 0)
        colours = self._theme.colours
        if cell.folded is not None:
            self._paint_mark(painter, area, cell.folded)
            area = area.adjusted(MARK, 0, 0, 0)
        painter.setPen(QColor(colours.text if cell.folded is None else colours.dim))
        _write(painter, option, area, cell, Qt.TextElideMode.ElideMiddle)

    def _paint_mark(self, painter: QPainter, area: QRect, folded: bool) -> None:
        x, y = area.left() + 4.0, area.center().y() + 1.0
        corners = [(-1.5, -4), (3, 0), (-1.5, 4)] if folded else [(-4, -2), (4, -2), (0, 3)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.dim))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))

    def _paint_figure(self, painter: QPainter, option: QStyleOptionViewItem, cell: Cell) -> None:
        if not cell.text:
            return
        area, colours = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0), self._theme.colours
        if cell.level is not None:
            bar = QRectF(area.left(), area.top() + 4, _BAR, area.height() - 8)
            painter.fillRect(bar, self._theme.sqnr_colour(cell.level))
        colour = colours.text
        if cell.strength is not None:
            colour = (colours.dim, colours.warning, colours.clip, colours.clip)[cell.strength]
        painter.setPen(QColor(colours.dim if cell.stale else colour))
        if cell.strength == MUCH:
            font = QFont(option.font)
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
        _write(painter, option, area, cell, Qt.TextElideMode.ElideRight)


def _cell(index: Index) -> Cell:
    model = index.model()
    assert isinstance(model, LayerTable)
    return model.cell(index.row(), index.column())


def _row_of(option: QStyleOptionViewItem) -> QRect:
    """The whole line: the name of an open module has no figures beside it."""
    view, area = option.widget, QRect(option.rect)
    assert isinstance(view, QTableView)
    area.setLeft(view.columnViewportPosition(0))
    area.setRight(max(view.viewport().width(), option.rect.right()))
    return area


def _left(cell: Cell) -> int:
    return _MARGIN + INDENT * min(cell.depth, _DEEPEST)


def _write(
    painter: QPainter,
    option: QStyleOptionViewItem,
    area: QRect,
    cell: Cell,
    elided: Qt.TextElideMode,
) -> None:
    side = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
    text = option.fontMetrics.elidedText(cell.text, elided, area.width())
    painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), text)
