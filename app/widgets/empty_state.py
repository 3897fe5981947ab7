"""A place that teaches while it is empty, and offers the controls that fill it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ..widgets.label import Label
from ..widgets.row import fill

_WIDTH = 480
_SPACING = 8


class EmptyState(QVBoxLayout):
    """A sentence, the controls and a note in the middle; once filled they make room above."""

    def __init__(self, sentence: str, controls: QHBoxLayout, filled: QWidget) -> None:
        super().__init__()
        self._sentence, self.note, self._filled = _label(sentence), _label(""), filled
        self._controls = controls
        controls.setSpacing(_SPACING)
        controls.insertStretch(0)
        controls.addStretch(1)
        self.setContentsMargins(0, 12, 0, 0)
        self.setSpacing(_SPACING)
        self.addStretch(0)
        self._lines = [_held(label) for label in (self._sentence, self.note)]
        fill(self, self._lines[0], controls, self._lines[1], (filled, 1), 0)
        self.set_filled(False)

    def set_sentence(self, sentence: str) -> None:
        self._sentence.setText(sentence)

    def set_filled(self, filled: bool, *, waits: bool = False) -> None:
        """`waits`: it is being filled, so that the sentence has been understood."""
        self._sentence.setVisible(not filled and not waits)
        self._filled.setVisible(filled)
        around = 0 if filled else 1
        self.setStretch(0, around)
        self.setStretch(self.count() - 1, around)
        self._controls.setStretch(0, around)
        for line in self._lines:
            line.setStretch(0, around)
            line.setStretch(2, around)
        side = Qt.AlignmentFlag.AlignLeft if filled else Qt.AlignmentFlag.AlignHCenter
        self.note.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.note.setMaximumWidth(16_777_215 if filled else _WIDTH)


def _label(text: str) -> Label:
    label = Label(text)
    label.setProperty("dim", True)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMaximumWidth(_WIDTH)
    return label


def _held(label: Label) -> QHBoxLayout:
    """An aligned label would not get the height its lines need."""
    line = QHBoxLayout()
    fill(line, 1, (label, 8), 1)
    return line
