"""Named figures in a line."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ..theme import tabular
from ..widgets.label import Label, plain_tip
from ..widgets.row import horizontal


class Readout(QWidget):
    """A dim name and a figure for each entry; the tooltip of an entry explains it."""

    def __init__(self, entries: dict[str, tuple[str, str]]) -> None:
        """`entries`: key to (name, tooltip)."""
        super().__init__()
        self._values: dict[str, Label] = {}
        line = horizontal(self, 0, 0, 0, 0, spacing=4)
        for key, (name, tip) in entries.items():
            title = Label(name)
            title.setProperty("dim", True)
            value = Label()
            value.setFont(tabular(value.font()))
            value.setAccessibleName(name)
            for label in (title, value):
                label.setToolTip(plain_tip(tip))
                line.addWidget(label)
            line.addSpacing(8)
            self._values[key] = value

    def set_value(self, key: str, text: str) -> None:
        if self._values[key].text() != text:
            self._values[key].setText(text)

    def value(self, key: str) -> str:
        return self._values[key].text()
