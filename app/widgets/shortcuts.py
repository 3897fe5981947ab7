"""The cheat sheet of all shortcuts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

_ROWS = 14


class Shortcuts(QFrame):
    """A sheet over its parent; any key or click closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Keyboard shortcuts"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 20)
        self._sheet = QWidget()
        self._column.addWidget(self._sheet)
        self.hide()

    def open(self, entries: Sequence[tuple[str, str]]) -> None:
        """`entries`: (keys, what they do)."""
        self._column.removeWidget(self._sheet)
        self._sheet.deleteLater()
        self._sheet = QWidget()
        grid = QGridLayout(self._sheet)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for place, (keys, text) in enumerate(entries):
            row, column = place % _ROWS, 2 * (place // _ROWS)
            key = QLabel(keys)
            key.setProperty("heading", True)
            grid.addWidget(key, row, column)
            grid.addWidget(QLabel(text), row, column + 1)
        self._column.addWidget(self._sheet)
        self.adjustSize()
        parent = self.parentWidget()
        self.move((parent.width() - self.width()) // 2, (parent.height() - self.height()) // 2)
        self.show()
        self.raise_()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        event.accept()
        self.hide()

    def mousePressEvent(self, event: object) -> None:  # noqa: ARG002, N802
        self.hide()
