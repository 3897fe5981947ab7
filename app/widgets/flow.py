"""Widgets from left to right, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

Line = list[tuple[QWidget, QSize]]
_CAPTIONED = 44
"""Higher than any single control."""
_ON_PURPOSE = Qt.WidgetAttribute.WA_WState_ExplicitShowHide


class Flow(QWidget):
    """In the middle of a line; where fields have captions, on its lower edge, level with them.

    A widget and not a layout: Qt deletes the items of a layout behind Python's back, which then
    takes what lies at the same place in memory for them.
    """

    def __init__(self, *parts: QWidget, between: int = 12, lines: int = 8) -> None:
        """`between` the parts of a line, and the `lines` themselves, in pixels."""
        super().__init__()
        self._parts: list[QWidget] = []
        self._between, self._lines = between, lines
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.add(*parts)

    def add(self, *parts: QWidget) -> None:
        for part in parts:
            stays_hidden = part.isHidden() and part.testAttribute(_ON_PURPOSE)
            self._parts.append(part)
            part.setParent(self)
            part.setVisible(not stays_hidden)
        self._refresh()

    def clear(self) -> None:
        """Deletes all parts."""
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []
        self._refresh()

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        heights = [_height(line) for line in self._broken(width)]
        return sum(heights) + self._lines * max(len(heights) - 1, 0)

    def sizeHint(self) -> QSize:  # noqa: N802
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        size = QSize(0, 0)
        for part in self._shown:
            size = size.expandedTo(_within(part, part.minimumSizeHint()))
        return size

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._refresh()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._refresh()
        return super().event(event)

    @property
    def _shown(self) -> Iterator[QWidget]:
        return (part for part in self._parts if not part.isHidden())

    def _refresh(self) -> None:
        self.updateGeometry()
        if self.isVisible():  # else its width is not known yet, and it is done once that is
            self._arrange()

    def _arrange(self) -> None:
        bottom = -self._lines
        for line in self._broken(self.width()):
            high = _height(line)
            bottom += self._lines + high
            x = 0
            for part, size in line:
                below = 0 if high > _CAPTIONED else (high - size.height()) // 2
                part.setGeometry(x, bottom - size.height() - below, size.width(), size.height())
                x += size.width() + self._between

    def _broken(self, width: int) -> Iterator[Line]:
        line: Line = []
        used = 0
        for part in self._shown:
            size = _within(part, part.sizeHint().expandedTo(part.minimumSizeHint()))
            if line and used + size.width() > width:
                yield line
                line, used = [], 0
            line.append((part, size))
            used += size.width() + self._between
        if line:
            yield line


def _within(part: QWidget, size: QSize) -> QSize:
    return size.boundedTo(part.maximumSize()).expandedTo(part.minimumSize())


def _height(line: Line) -> int:
    return max(size.height() for _, size in line)
