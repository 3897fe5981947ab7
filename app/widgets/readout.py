"""Named figures in a row."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ..theme import tabular
from ..widgets.label import Label, plain_tip

_BETWEEN = 8


class Readout(QWidget):
    """A dim name and a figure for each entry; the tooltip of an entry explains it."""

    def __init__(self, entries: dict[str, tuple[str, str]]) -> None:
        """`entries`: key to (name, tooltip)."""
        super().__init__()
        self._values: dict[str, Label] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for key, (name, tip) in entries.items():
            line.addSpacing(_BETWEEN)
            title = Label(name)
            title.setProperty("dim", True)
            value = Label()
            value.setFont(tabular(value.font()))
            value.setAccessibleName(name)
            value.setMinimumWidth(72)
            for label in (title, value):
                label.setToolTip(plain_tip(tip))
                line.addWidget(label)
            self._values[key] = value

    def set_value(self, key: str, text: str) -> None:
        if self._values[key].text() != text:
            self._values[key].setText(text)

    def value(self, key: str) -> str:
        return self._values[key].text()
