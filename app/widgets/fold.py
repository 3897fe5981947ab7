"""A part that folds into one line, which says what it holds."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from .elided_label import ElidedLabel
from .heading import Heading
from .row import fill, horizontal, vertical


class Fold(QWidget):
    refolded = Signal(bool)

    def __init__(self, title: str, content: QWidget, *, is_folded: bool = True) -> None:
        super().__init__()
        self._content = content
        self.heading = Heading(title, folds=True, is_folded=is_folded)
        self.heading.folded.connect(self._fold)
        self.value = ElidedLabel()
        self.value.setProperty("dim", True)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = horizontal(None, 0, 0, 0, 0, spacing=4)
        fill(head, self.heading, (self.value, 1))
        whole = vertical(self, 0, 0, 0, 0, spacing=4)
        fill(whole, head, content)
        content.setVisible(not is_folded)

    def _fold(self, folded: bool) -> None:
        self._content.setVisible(not folded)
        self.refolded.emit(folded)
