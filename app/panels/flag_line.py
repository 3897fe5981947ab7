"""A line that names culprit and cure, the state with its way out, or a question."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton

from ..context import Context
from ..flag import Act, Flag, Mood
from ..text import on_button
from ..widgets.elided_label import ElidedLabel
from ..widgets.label import Label, plain_tip
from ..widgets.row import horizontal
from ..widgets.soon import Soon

_HEIGHT, _AROUND, _BETWEEN = 40, 6, 8
_LEFT, _RIGHT = 16, 12
_MOST_LINES, _BESIDE_FIGURES = 4, 3
"""Where a text takes more lines beside the figures on the buttons, these go to their tooltips."""


class FlagLine(QFrame):
    """`find` tells what it says; nothing: it takes no room.

    It grows where the window is too narrow for its text in two lines.
    """

    def __init__(self, context: Context, find: Callable[[Context], Flag | None]) -> None:
        super().__init__()
        self._context, self._find = context, find
        self.flag: Flag | None = None
        self._icon = Label()
        self.text = ElidedLabel(lines=_MOST_LINES)
        self._buttons: list[QPushButton] = []
        self.setFixedHeight(_HEIGHT)
        self._line = horizontal(self, _LEFT, 1, _RIGHT, 1, spacing=_BETWEEN)
        self._line.addWidget(self._icon)
        self._line.addWidget(self.text)
        self._line.addStretch(1)
        self._soon = Soon(self, self.refresh)
        document, jobs = context.document, context.jobs
        self._soon.after(
            document.model_changed,
            document.data_changed,
            document.source_changed,
            document.table_changed,
            document.staleness_changed,
            document.decided_changed,
            document.outcome_changed,
            document.candidate_changed,
            context.network.changed,
            context.findings.changed,
            context.expected.changed,
            jobs.started,
            jobs.ended,
        )
        context.theme.changed.connect(self._tint)
        self.refresh()

    @property
    def buttons(self) -> dict[str, QPushButton]:
        """What can be done, by what the buttons say without their figures."""
        return {_short(button.text()): button for button in self._buttons}

    def refresh(self) -> None:
        flag = self._find(self._context)
        same = flag is not None and self.flag is not None and _told(flag) == _told(self.flag)
        self.flag = flag
        self.setVisible(flag is not None)
        if flag is None:
            return
        self.text.setText(flag.text)
        self.text.setToolTip(plain_tip(flag.tip or flag.text))
        self.text.setAccessibleName(flag.text)
        if not same:
            self._make_buttons(flag.acts)
        self._tint()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The whole text can be read, at the cost of figures on buttons, then of height."""
        for shown in (str, _short):
            self._name_buttons(shown)
            lines = self.text.lines_at(self._room)
            if len(lines) <= _BESIDE_FIGURES:
                break
        self.setFixedHeight(max(_HEIGHT, math.ceil(sum(lines)) + _AROUND))

    @property
    def _room(self) -> int:
        """The width that is left for the text, in pixels."""
        beside = sum(button.sizeHint().width() + _BETWEEN for button in self._buttons)
        icon = self._icon.sizeHint().width() + _BETWEEN
        return max(self.width() - _LEFT - _RIGHT - icon - beside - _BETWEEN, 1)

    def _name_buttons(self, shown: Callable[[str], str]) -> None:
        acts = () if self.flag is None else self.flag.acts
        for button, act in zip(self._buttons, acts, strict=False):
            text = shown(act.text)
            button.setText(on_button(text))
            lines = (act.tip,) if text == act.text else (act.text, act.tip)
            button.setToolTip(plain_tip("\n".join(filter(None, lines))))

    def _make_buttons(self, acts: tuple[Act, ...]) -> None:
        """One that says the same but for its figures stays, and the keyboard stays on it."""
        known = self.buttons
        names = [_short(act.text) for act in acts]
        self._buttons = [known.pop(n) if n in known else self._button() for n in names]
        for button in known.values():
            button.clearFocus()  # or it goes to whatever comes next, which takes what is typed
            self._line.removeWidget(button)
            button.hide()
            button.deleteLater()
        for place, (button, act) in enumerate(zip(self._buttons, acts, strict=True)):
            self._line.insertWidget(2 + place, button)
            if button.property("primary") != act.primary:
                button.setProperty("primary", act.primary)
                button.style().polish(button)
        for before, after in pairwise(self._buttons):
            self.setTabOrder(before, after)

    def _button(self) -> QPushButton:
        button = QPushButton()
        button.clicked.connect(lambda _checked: self._run(button))
        return button

    def _run(self, button: QPushButton) -> None:
        """What the line says now."""
        if self.flag is not None and button in self._buttons:
            self.flag.acts[self._buttons.index(button)].run()

    def _tint(self) -> None:
        if self.flag is None:
            return
        theme, colours = self._context.theme, self._context.theme.colours
        warns = self.flag.mood is Mood.WARNS
        mark = colours.warning if warns else colours.accent
        self._icon.setPixmap(theme.icon(self.flag.mood.value, mark).pixmap(16))
        ground = colours.flag if warns else colours.base
        self.text.setProperty("dim", self.flag.stale)
        text = colours.dim if self.flag.stale else colours.text
        style = (
            f"FlagLine {{ background: {ground}; border: 0;"
            f" border-top: 1px solid {colours.border};"
            f" border-bottom: 1px solid {colours.border}; }}"
            f" FlagLine Label {{ color: {text}; }}"
        )
        if style != self.styleSheet():
            self.setStyleSheet(style)


def _short(text: str) -> str:
    """Without figures."""
    return re.split(r"  | ~", text)[0]


def _told(flag: Flag) -> object:
    return [(act.text, act.primary, act.tip) for act in flag.acts]
