"""A place that teaches while it is empty, and offers the controls that fill it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ..widgets.label import Label
from ..widgets.row import fill

_SPACING = 8


class EmptyState(QVBoxLayout):
    """A sentence, the controls, a note, and below them what fills it."""

    def __init__(self, sentence: str, controls: QHBoxLayout, filled: QWidget) -> None:
        super().__init__()
        self._sentence, self.note, self._filled = _label(sentence), _label(""), filled
        controls.setSpacing(_SPACING)
        controls.addStretch(1)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(_SPACING)
        fill(self, controls, self._sentence, self.note, (filled, 1), 0)
        self.set_filled(False)

    def set_filled(self, filled: bool, *, waits: bool = False) -> None:
        """`waits`: it is being filled, so that the sentence has been understood."""
        self._sentence.setVisible(not filled and not waits)
        self._filled.setVisible(filled)
        self.setStretch(self.count() - 1, 0 if filled else 1)


def _label(text: str) -> Label:
    label = Label(text)
    label.setProperty("dim", True)
    label.setWordWrap(True)
    return label
