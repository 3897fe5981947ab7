"""Widgets from left to right, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem

Line = list[tuple[QLayoutItem, QSize]]
_CAPTIONED = 44
"""Higher than any single control."""


class Flow(QLayout):
    """In the middle of a line; where fields have captions, on its lower edge, level with them."""

    def __init__(self, *, between: int = 12, lines: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._between, self._lines = between, lines
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:  # noqa: N802
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:  # noqa: N802
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        heights = [_height(line) for line in self._broken(width)]
        return sum(heights) + self._lines * max(len(heights) - 1, 0)

    def sizeHint(self) -> QSize:  # noqa: N802
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, room: QRect) -> None:  # noqa: N802
        super().setGeometry(room)
        bottom = room.y() - self._lines
        for line in self._broken(room.width()):
            high = _height(line)
            bottom += self._lines + high
            x = room.x()
            for item, size in line:
                below = 0 if high > _CAPTIONED else (high - size.height()) // 2
                item.setGeometry(QRect(QPoint(x, bottom - size.height() - below), size))
                x += size.width() + self._between

    def _broken(self, width: int) -> Iterator[Line]:
        line: Line = []
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().expandedTo(item.minimumSize())
            if line and used + size.width() > width:
                yield line
                line, used = [], 0
            line.append((item, size))
            used += size.width() + self._between
        if line:
            yield line


def _height(line: Line) -> int:
    return max(size.height() for _, size in line)
