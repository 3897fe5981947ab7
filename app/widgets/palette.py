"""Find any command or layer by typing a part of its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ..text import in_line
from ..widgets.label import plain_tip
from ..widgets.row import fill, vertical

Entry = tuple[str, str, Callable[[], object]]
"""What it is called, its keys or else what kind it is, what it does."""

_MOST, _ROW, _EDGE = 200, 26, 8
_ASIDE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Palette(QFrame):
    """Opens over its parent; Return runs the chosen entry, Escape closes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries: Sequence[Entry] = ()
        self._shown: list[Entry] = []
        self.text = QLineEdit(placeholderText=self.tr("Find a layer or a command"))
        self.text.setAccessibleName(self.tr("Find a layer or a command"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Found"))
        self.list.setItemDelegate(_WithAside(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = vertical(self, 8, 8, 8, 8, spacing=8)
        fill(column, self.text, self.list)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.text.textChanged.connect(self._search)
        self.text.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self.run())
        self.hide()

    def open(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        parent = self.parentWidget()
        assert parent is not None
        width = min(560, parent.width() - 64)
        self.setGeometry((parent.width() - width) // 2, 56, width, min(420, parent.height() - 96))
        self.text.clear()
        self._search("")
        self.show()
        self.raise_()
        self.text.setFocus()

    def run(self) -> None:
        place = self.list.currentRow()
        self.hide()
        if 0 <= place < len(self._shown):
            self._shown[place][2]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None:
            last = self.list.count() - 1
            self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + step)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run()
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            return super().eventFilter(watched, event)
        return True

    def _search(self, text: str) -> None:
        words = text.casefold().split()
        found = [e for e in self._entries if all(word in e[0].casefold() for word in words)]
        self._shown = found[:_MOST]
        self.list.clear()
        for name, kind, _ in self._shown:
            item = QListWidgetItem(in_line(name))
            item.setToolTip(plain_tip(name))
            item.setData(_ASIDE, in_line(kind))
            self.list.addItem(item)
        self.list.setCurrentRow(0)


class _WithAside(QStyledItemDelegate):
    """A line with what is said of it at its right end."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return QSize(super().sizeHint(option, index).width(), _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        chosen = option.state & QStyle.StateFlag.State_Selected
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
        painter.setPen(option.palette.color(role))
        room = option.rect.adjusted(_EDGE, 0, -_EDGE, 0)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, side, index.data(_ASIDE))
