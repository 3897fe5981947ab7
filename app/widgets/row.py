"""Widgets in a line from the left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ..widgets.label import plain_tip


def row(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return line


def push_button(text: str, run: Callable[[], object], tip: str = "") -> QPushButton:
    """A button that calls `run` without arguments."""
    button = QPushButton(text)
    button.setToolTip(plain_tip(tip))
    button.clicked.connect(lambda _checked: run())
    return button
