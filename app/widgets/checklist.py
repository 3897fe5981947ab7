"""Steps that are ticked off while they run."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QGridLayout, QWidget

from ..theme import Theme
from ..widgets.label import Label


class Checklist(QWidget):
    """`start` ticks off what lies before a step; `finish` ticks off all, `fail` marks one."""

    def __init__(self, theme: Theme, steps: Mapping[str, str]) -> None:
        super().__init__()
        self._theme = theme
        self._states: dict[str, str] = dict.fromkeys(steps, "waiting")
        self._marks = {key: Label() for key in steps}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for row, (key, text) in enumerate(steps.items()):
            grid.addWidget(self._marks[key], row, 0)
            grid.addWidget(Label(text), row, 1)
        grid.setColumnStretch(2, 1)
        theme.changed.connect(self._draw)
        self._draw()

    def state(self, key: str) -> str:
        """`waiting`, `running`, `done` or `failed`."""
        return self._states[key]

    def start(self, key: str) -> None:
        order = list(self._states)
        for place, other in enumerate(order):
            now = order.index(key)
            self._states[other] = (
                "done" if place < now else "running" if place == now else "waiting"
            )
        self._draw()

    def finish(self) -> None:
        self._states = dict.fromkeys(self._states, "done")
        self._draw()

    def fail(self) -> None:
        """Whatever is running has failed."""
        for key, state in self._states.items():
            if state == "running":
                self._states[key] = "failed"
        self._draw()

    def clear(self) -> None:
        self._states = dict.fromkeys(self._states, "waiting")
        self._draw()
        self.hide()

    def _draw(self) -> None:
        colours = self._theme.colours
        looks = {
            "waiting": ("circle", colours.border),
            "running": ("loader", colours.accent),
            "done": ("check", colours.good),
            "failed": ("triangle-alert", colours.clip),
        }
        for key, mark in self._marks.items():
            name, colour = looks[self._states[key]]
            mark.setPixmap(self._theme.icon(name, colour).pixmap(16))
            mark.setAccessibleName(self._states[key])
