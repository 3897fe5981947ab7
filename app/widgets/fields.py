"""Fields of a form."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QLineEdit

from ..widgets.choice_box import ChoiceBox
from ..widgets.label import plain_tip


def choice(entries: Sequence[tuple[str, str]]) -> QComboBox:
    """A box of texts, each with what it stands for."""
    box = ChoiceBox()
    for text, value in entries:
        box.addItem(text, value)
    return box


def line(tip: str) -> QLineEdit:
    """A line of text that says what it is for when it is pointed at."""
    made = QLineEdit()
    made.setToolTip(plain_tip(tip))
    return made
