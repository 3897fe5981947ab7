"""What every card of a page shares: what it does, what to expect, a button, its results below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from ..context import Context
from ..panels.view import View
from ..widgets.flow import Flow
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, vertical


class Card(View):
    """Subclasses add controls and fill `results`, which are hidden until there are some."""

    def __init__(self, context: Context, purpose: str) -> None:
        super().__init__(context)
        self.purpose, self.expected, self.state = Label(purpose), Label(), Label()
        for label in (self.purpose, self.expected, self.state):
            label.setWordWrap(True)
        for label in (self.expected, self.state):
            label.setProperty("dim", True)
        self.controls = Flow(between=8)
        self.more = QWidget()
        self.results = QWidget()
        column = vertical(self.body, 16, 0, 16, 12, spacing=8)
        fill(column, self.purpose, self.expected, self.controls, self.more, self.state)
        fill(column, (self.results, 1), 0)
        self._column = column
        self.more.hide()
        self.show_results(False)

    def add_controls(self, *parts: QWidget) -> None:
        for part in parts:
            self.controls.add(part)

    def fold_more(self, text: str, tip: str) -> QToolButton:
        """A button that shows what is seldom needed."""
        button = QToolButton()
        button.setText(text)
        button.setToolTip(plain_tip(tip))
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setArrowType(Qt.ArrowType.RightArrow)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.toggled.connect(self.more.setVisible)
        button.toggled.connect(
            lambda on: button.setArrowType(
                Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow
            )
        )
        return button

    def expect(self, text: str) -> None:
        self.expected.setText(text)
        self.expected.setVisible(bool(text))

    def say(self, text: str) -> None:
        """How it stands, in a line."""
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def show_results(self, shown: bool) -> None:
        self.results.setVisible(shown)
        self._column.setStretch(self._column.count() - 1, 0 if shown else 1)
