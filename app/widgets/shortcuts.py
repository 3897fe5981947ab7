"""The cheat sheet of all shortcuts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from ..widgets.label import Label

_ROWS = 19


def shortcuts(entries: Sequence[tuple[str, str]]) -> QWidget:
    """`entries`: (keys, what they do)."""
    content = QWidget()
    grid = QGridLayout(content)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    for place, (keys, text) in enumerate(entries):
        row, column = place % _ROWS, 2 * (place // _ROWS)
        key = Label(keys)
        key.setProperty("heading", True)
        grid.addWidget(key, row, column)
        grid.addWidget(Label(text), row, column + 1)
    return content
