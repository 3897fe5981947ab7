"""Widgets in lines and columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..widgets.label import plain_tip

L = TypeVar("L", bound=QBoxLayout)
Part = QWidget | QLayout | int | tuple[QWidget | QLayout, int]


def vertical(inside: QWidget | None, *margins: int, spacing: int | None = None) -> QVBoxLayout:
    """A column: left, top, right and bottom margin in pixels, spacing None as the style has it."""
    return _spaced(QVBoxLayout() if inside is None else QVBoxLayout(inside), margins, spacing)


def horizontal(inside: QWidget | None, *margins: int, spacing: int | None = None) -> QHBoxLayout:
    """The same from left to right."""
    return _spaced(QHBoxLayout() if inside is None else QHBoxLayout(inside), margins, spacing)


def _spaced(layout: L, margins: tuple[int, ...], spacing: int | None) -> L:
    layout.setContentsMargins(*margins)
    if spacing is not None:
        layout.setSpacing(spacing)
    return layout


def fill(layout: QBoxLayout, *parts: Part) -> None:
    """Adds widgets and layouts, `(part, stretch)` for one that grows; a number alone is room."""
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
            continue
        what, stretch = part if isinstance(part, tuple) else (part, 0)
        if isinstance(what, QWidget):
            layout.addWidget(what, stretch)
        else:
            layout.addLayout(what, stretch)


def scrolled(content: QWidget) -> QScrollArea:
    """What may be higher than its room."""
    room = QScrollArea()
    room.setWidget(content)
    room.setWidgetResizable(True)
    room.setFrameShape(QFrame.Shape.NoFrame)
    room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return room


def row(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    fill(line, *widgets, 1)
    return line


def push_button(text: str, run: Callable[[], object], tip: str = "") -> QPushButton:
    """A button that calls `run` without arguments."""
    button = QPushButton(text)
    button.setToolTip(plain_tip(tip))
    button.clicked.connect(lambda _checked: run())
    return button
