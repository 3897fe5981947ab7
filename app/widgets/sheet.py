"""A sheet over the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from ..widgets.row import vertical


class Sheet(QFrame):
    """Shows one widget over its parent; any key or click closes it."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self._column = vertical(self, 24, 20, 24, 20)
        self._content = QWidget()
        self._column.addWidget(self._content)
        self.hide()

    def present(self, content: QWidget) -> None:
        self._column.removeWidget(self._content)
        self._content.deleteLater()
        self._content = content
        self._column.addWidget(content)
        self.adjustSize()
        parent = self.parentWidget()
        assert parent is not None
        self.move((parent.width() - self.width()) // 2, (parent.height() - self.height()) // 2)
        self.show()
        self.raise_()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        event.accept()
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002, N802
        self.hide()
