"""A button that stays pressed, with a key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QToolButton, QWidget

from ..widgets.label import plain_tip


class Switch(QToolButton):
    """The key works while `place` is in front; a click leaves the focus where it is."""

    def __init__(self, text: str, key: str, tip: str, place: QWidget) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setProperty("switch", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(plain_tip(f"{tip} ({key})"))
        QShortcut(QKeySequence(key), place).activated.connect(self.toggle)
