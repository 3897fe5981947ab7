"""The bar that marks a line as selected, beside the pale colour under it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex

_WIDTH = 3


class SelectedRow(QStyledItemDelegate):
    """Cells as they are, and the bar."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        mark_selected(painter, option, index)


def mark_selected(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
    """At the left edge of the first cell."""
    if option.state & QStyle.StateFlag.State_Selected and index.column() == 0:
        area = option.rect
        bar = QRect(area.left(), area.top(), _WIDTH, area.height())
        painter.fillRect(bar, option.palette.color(QPalette.ColorRole.Accent))
