"""A parameter of a method that a word says."""

from __future__ import annotations

from PySide6.QtCore import Signal

from quantengine.ranges.words import WORDS

from .choice_box import ChoiceBox


class WordField(ChoiceBox):
    """`entered` carries the number that stands for the word, as a plan holds it."""

    entered = Signal(float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        for word in WORDS[name]:
            self.addItem(word)
        self.activated.connect(lambda place: self.entered.emit(float(place)))

    def set_value(self, value: float | None) -> None:
        """None where it is not the same for all."""
        self.setCurrentIndex(-1 if value is None else int(value))
