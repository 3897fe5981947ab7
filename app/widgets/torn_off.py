"""A view in a window of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from ..widgets.row import vertical


class TornOff(QWidget):
    """Holds a widget until it is closed; `closed` tells its owner to take the widget back."""

    closed = Signal()

    def __init__(self, content: QWidget, title: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(max(content.width(), 640), max(content.height(), 420))
        column = vertical(self, 0, 0, 0, 0)
        column.addWidget(content)
        content.show()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.closed.emit()
        super().closeEvent(event)
