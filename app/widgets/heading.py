"""A heading that folds away what is under it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton


class Heading(QToolButton):
    """`folds` False: it only says what is under it."""

    folded = Signal(bool)

    def __init__(self, title: str, *, folds: bool, is_folded: bool = False) -> None:
        super().__init__()
        self.setText(title)
        self.setAutoRaise(True)
        self.setProperty("heading", True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setCheckable(folds)
        self.setChecked(folds and not is_folded)
        if not folds:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            return
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toggled.connect(self._follow)
        self._follow(self.isChecked())

    def unfold(self) -> None:
        if self.isCheckable():
            self.setChecked(True)

    def _follow(self, opened: bool) -> None:
        self.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.folded.emit(not opened)
