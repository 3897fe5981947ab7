"""Named figures in as many lines as they need; what is not known is not there."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from ..theme import tabular
from ..widgets.flow import Flow
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, horizontal


class Facts(Flow):
    """A dim name and a figure for each entry; the tooltip of an entry explains it."""

    def __init__(self, entries: Mapping[str, tuple[str, str]]) -> None:
        """`entries`: key to (name, tooltip)."""
        super().__init__(between=20, lines=4)
        self._entries: dict[str, QWidget] = {}
        self._values: dict[str, Label] = {}
        for key, (name, tip) in entries.items():
            self.add(self._entry(key, name, tip))

    def show_values(self, values: Mapping[str, str]) -> None:
        """Entries without a value are hidden."""
        for key, label in self._values.items():
            label.setText(values.get(key, ""))
            self._entries[key].setVisible(key in values)
        self.setVisible(bool(values))

    def value(self, key: str) -> str:
        return self._values[key].text()

    def _entry(self, key: str, name: str, tip: str) -> QWidget:
        entry, title, value = QWidget(), Label(name), Label()
        entry.setToolTip(plain_tip(tip))
        title.setProperty("dim", True)
        value.setFont(tabular(value.font()))
        value.setAccessibleName(name)
        line = horizontal(entry, 0, 0, 0, 0, spacing=6)
        fill(line, title, value)
        self._entries[key], self._values[key] = entry, value
        return entry
