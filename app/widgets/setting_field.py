"""A caption over a control: one setting to fill in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ..widgets.choice_box import ChoiceBox
from ..widgets.label import Label, plain_tip
from ..widgets.number_field import NumberField

WIDTH, HEIGHT = 120, 30
"""Captions stand in a line only where all controls take the same room."""

Option = tuple[Any, str, str]
"""Value, text, tooltip."""


class SettingField(QWidget):
    """`value` is what was last shown until a person changes it, to the last digit."""

    changed = Signal()

    def __init__(self, caption: str, tip: str, control: QWidget) -> None:
        super().__init__()
        self.control = control
        self.caption = Label(caption)
        self.caption.setProperty("dim", True)
        for part in (self.caption, control):
            part.setToolTip(plain_tip(tip))
        control.setAccessibleName(caption)
        control.setFixedWidth(WIDTH)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setRowMinimumHeight(1, HEIGHT)
        grid.addWidget(self.caption, 0, 0)
        grid.addWidget(control, 1, 0, Qt.AlignmentFlag.AlignVCenter)

    @property
    def value(self) -> Any:
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Without telling anyone."""
        raise NotImplementedError


class Choice(SettingField):
    def __init__(self, caption: str, tip: str, options: Sequence[Option]) -> None:
        self.combo = ChoiceBox()
        self._values = [value for value, _, _ in options]
        for place, (_, text, about) in enumerate(options):
            self.combo.addItem(text)
            self.combo.setItemData(place, plain_tip(about), Qt.ItemDataRole.ToolTipRole)
        super().__init__(caption, tip, self.combo)
        self.combo.activated.connect(lambda _place: self.changed.emit())

    @property
    def value(self) -> Any:
        return self._values[self.combo.currentIndex()]

    def show_value(self, value: Any) -> None:
        self.combo.setCurrentIndex(self._values.index(value))


class Number(SettingField):
    """`factor` is how many of what is shown make one of `value`; `empty` stands for None."""

    def __init__(
        self, caption: str, tip: str, *, whole: bool = False, factor: float = 1.0, empty: str = ""
    ) -> None:
        self.number = NumberField(caption, empty=empty)
        super().__init__(caption, tip, self.number)
        self._factor, self._whole = factor, whole
        self._value: float | None = None
        self.number.entered.connect(self._take)
        self.number.emptied.connect(lambda: self._take(None))

    @property
    def value(self) -> float | None:
        return self._value

    def show_value(self, value: float | None) -> None:
        self._value = value
        self.number.set_value(None if value is None else value * self._factor)

    def _take(self, shown: float | None) -> None:
        value = None if shown is None else shown / self._factor
        self.show_value(round(value) if self._whole and value is not None else value)
        self.changed.emit()


def choice_of(words: Sequence[str], tip: Callable[[str], str] = lambda _word: "") -> list[Option]:
    """Options that are called what they are."""
    return [(word, word, tip(word)) for word in words]
