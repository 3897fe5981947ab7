"""The room that something else takes: it keeps a place free in a splitter."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QWidget


class Room(QWidget):
    placed = Signal(QRect)
    """Where it is now, in its parent."""

    def __init__(self, least: int) -> None:
        super().__init__()
        self.setMinimumWidth(least)

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802
        super().moveEvent(event)
        self.placed.emit(self.geometry())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.placed.emit(self.geometry())
