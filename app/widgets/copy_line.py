"""A line of text to copy."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from ..widgets.row import fill, horizontal

_ROOM = 24


class CopyLine(QWidget):
    """As wide as its text, which can be selected, with a button that copies all of it."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__()
        self.text = QLineEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(name)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setFixedWidth(self.text.fontMetrics().horizontalAdvance(text) + _ROOM)
        self.button = QPushButton(self.tr("Copy"))
        self.button.setToolTip(self.tr("Puts the line on the clipboard"))
        self.button.clicked.connect(lambda _checked: QGuiApplication.clipboard().setText(text))
        line = horizontal(self, 0, 0, 0, 0, spacing=8)
        fill(line, self.text, self.button)
