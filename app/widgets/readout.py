"""Named figures in two columns."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from ..theme import tabular
from ..widgets.label import Label, plain_tip

_COLUMNS = 2


class Readout(QWidget):
    """A dim name and a figure for each entry; the tooltip of an entry explains it."""

    def __init__(self, entries: dict[str, tuple[str, str]]) -> None:
        """`entries`: key to (name, tooltip)."""
        super().__init__()
        self._values: dict[str, Label] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for place, (key, (name, tip)) in enumerate(entries.items()):
            row, column = divmod(place, _COLUMNS)
            title = Label(name)
            title.setProperty("dim", True)
            value = Label()
            value.setFont(tabular(value.font()))
            value.setAccessibleName(name)
            value.setMinimumWidth(56)
            for side, label in enumerate((title, value)):
                label.setToolTip(plain_tip(tip))
                grid.addWidget(label, row, 2 * column + side)
            self._values[key] = value

    def set_value(self, key: str, text: str) -> None:
        if self._values[key].text() != text:
            self._values[key].setText(text)

    def value(self, key: str) -> str:
        return self._values[key].text()
