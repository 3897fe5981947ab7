"""Buttons in a line of which one is pressed: which part of a list is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton

from .flow import Flow
from .label import plain_tip


class Chips(Flow):
    """`chosen` names the one that was pressed."""

    chosen = Signal(str)

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(between=4, lines=4)
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        for name in names:
            button = self.buttons[name] = QToolButton()
            button.setCheckable(True)
            button.setProperty("chip", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button)
            self.add(button)
            button.clicked.connect(lambda _on, name=name: self.chosen.emit(name))
        self.buttons[names[0]].setChecked(True)

    def show_text(self, name: str, text: str, tip: str) -> None:
        button = self.buttons[name]
        if button.text() != text:
            button.setText(text)
        button.setToolTip(plain_tip(tip))
