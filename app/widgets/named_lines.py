"""Sentences with a name before each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ..widgets.label import Label, plain_tip


@dataclass(frozen=True)
class Line:
    """A name, what is to be said, and more of it for a tooltip."""

    name: str
    text: str
    more: str = ""


class NamedLines(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Line, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(line.text for line in self._shown)

    def show_lines(self, lines: Sequence[Line]) -> None:
        if tuple(lines) == self._shown:
            return
        self._grid.setRowStretch(len(self._shown), 0)
        self._shown = tuple(lines)
        self._grid.setRowStretch(len(lines), 1)  # what is left of the height parts no lines
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for place, line in enumerate(lines):
            name, text = Label(line.name), Label(line.text)
            name.setProperty("dim", True)
            text.setWordWrap(True)
            text.setToolTip(plain_tip(line.more))
            self._grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, place, 1)
