"""A table whose first column takes the room that is left, and stays where the rest scrolls."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ..theme import tabular

_ROW, _LEAST = 22, 96
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


class FrozenTable(QTableView):
    """The first column lies in a view of its own over the table where that scrolls sideways."""

    opened = Signal(QModelIndex)
    """Enter, or a double click."""
    turned = Signal(QModelIndex, object)
    """Whether the line is to be folded: left and right keys; None: the other way, by its mark."""

    def __init__(
        self, model: QAbstractItemModel, is_mark: Callable[[QModelIndex, int], bool]
    ) -> None:
        """`is_mark` tells whether a click so far into the name is on the mark that folds."""
        super().__init__()
        self._is_mark = is_mark
        self.frozen = QTableView(self)
        for view in (self, self.frozen):
            view.setModel(model)
            _set_up(view)
            view.viewport().installEventFilter(self)
        self.frozen.setSelectionModel(self.selectionModel())
        self.frozen.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.frozen.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.frozen.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.frozen.setFrameShape(QTableView.Shape.NoFrame)
        self.frozen.hide()
        for view, other in ((self, self.frozen), (self.frozen, self)):
            view.verticalScrollBar().valueChanged.connect(
                lambda value, other=other: other.verticalScrollBar().setValue(value)
            )
            view.horizontalHeader().sortIndicatorChanged.connect(
                lambda column, order, other=other: _show_order(other, column, order)
            )
        self.doubleClicked.connect(self.opened)
        self.frozen.doubleClicked.connect(self.opened)

    def show_columns(self, places: set[int]) -> None:
        for place in range(self.model().columnCount()):
            self.setColumnHidden(place, place not in places)
            self.frozen.setColumnHidden(place, place != 0)
        self._stretch()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._stretch()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, index = event.key(), self.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.opened.emit(index)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and index.isValid():
            self.turned.emit(index, key == Qt.Key.Key_Left)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QMouseEvent) and event.type() in _PRESSES:
            for view in (self, self.frozen):
                if watched is view.viewport() and self._folds(view, event):
                    return True
        return super().eventFilter(watched, event)

    def updateGeometries(self) -> None:  # noqa: N802
        super().updateGeometries()
        self._place()

    def _folds(self, view: QTableView, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        index = view.indexAt(at)
        found = index.isValid() and index.column() == 0
        if found and self._is_mark(index, at.x() - view.columnViewportPosition(0)):
            self.turned.emit(index, None)
            return True
        return False

    def _stretch(self) -> None:
        """The room that the figures leave is for names."""
        others = [c for c in range(1, self.model().columnCount()) if not self.isColumnHidden(c)]
        room = self.viewport().width() - sum(map(self.columnWidth, others))
        self.setColumnWidth(0, max(room, _LEAST))
        self.frozen.setColumnWidth(0, max(room, _LEAST))
        self.frozen.setVisible(room < _LEAST)
        self._place()

    def _place(self) -> None:
        edge, header = self.frameWidth(), self.horizontalHeader().height()
        height = header + self.viewport().height()
        self.frozen.setGeometry(edge, edge, self.columnWidth(0), height)


def _set_up(view: QTableView) -> None:
    view.setFont(tabular(view.font()))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(_ROW)
    view.verticalHeader().setMinimumSectionSize(_ROW)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.setSortingEnabled(True)
    header = view.horizontalHeader()
    header.setSortIndicatorClearable(True)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    header.setHighlightSections(False)
    header.setMinimumSectionSize(36)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)


def _show_order(view: QTableView, column: int, order: Qt.SortOrder) -> None:
    """The mark alone: the model is one, and sorted already."""
    header = view.horizontalHeader()
    header.blockSignals(True)
    header.setSortIndicator(column, order)
    header.blockSignals(False)
    header.viewport().update()
