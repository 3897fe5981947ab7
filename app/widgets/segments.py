"""A few values side by side of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from .label import plain_tip
from .row import horizontal


class Segments(QWidget):
    """`chosen` carries the value of the button a person pressed; none is pressed for several."""

    chosen = Signal(object)

    def __init__(
        self,
        name: str,
        values: Sequence[tuple[object, str]],
        tip: str = "",
        *,
        wide: bool = False,
    ) -> None:
        """`wide`: for words instead of numbers."""
        super().__init__()
        self._wide = wide
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(tip))
        self.buttons: dict[object, QToolButton] = {}
        self._offered = [value for value, _ in values]
        self._name = name
        self._line = horizontal(self, 0, 0, 0, 0, spacing=0)
        for value, text in values:
            self._add(value, text)
        self.buttons[values[-1][0]].setProperty("last", True)

    @property
    def value(self) -> object:
        return next((v for v, button in self.buttons.items() if button.isChecked()), None)

    def show_value(self, value: object) -> None:
        """Without telling anyone; one that is not offered gets a button while it lasts."""
        for odd in [v for v in self.buttons if v not in self._offered and v != value]:
            self.buttons.pop(odd).deleteLater()
        if value is not None and value not in self.buttons:
            self._add(value, str(value))
        for known, button in self.buttons.items():
            button.setChecked(known == value)

    def _add(self, value: object, text: str) -> None:
        button = self.buttons[value] = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setProperty("segment", True)
        button.setProperty("wide", self._wide)
        button.setAccessibleName(f"{self._name} {text}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _on: self._choose(value))
        self._line.addWidget(button)

    def _choose(self, value: object) -> None:
        self.show_value(value)
        self.chosen.emit(value)
