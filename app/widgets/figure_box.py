"""A figure of the verdict: its name, its value, what changed and on how many samples."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ..theme import Theme, tabular
from ..verdict_figures import Shown
from .label import Label, plain_tip
from .row import fill, horizontal, vertical

_LARGER = 1.3


class FigureBox(QWidget):
    """Readable while it is stale, only paler."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._stale = False
        self.figure: Shown | None = None
        self.title, self.value, self.change, self.note = Label(), Label(), Label(), Label()
        self.title.setProperty("dim", True)
        large = tabular(self.value.font())
        large.setPointSizeF(large.pointSizeF() * _LARGER)
        large.setBold(True)
        self.value.setFont(large)
        self.change.setFont(tabular(self.change.font()))
        self.note.setProperty("dim", True)
        column = vertical(self, 0, 0, 0, 0, spacing=0)
        line = horizontal(None, 0, 0, 0, 0, spacing=6)
        fill(line, self.value, self.change, self.note, 1)
        fill(column, self.title, line)

    @property
    def is_stale(self) -> bool:
        return self._stale

    def show_figure(self, figure: Shown, *, stale: bool) -> None:
        self.figure, self._stale = figure, stale
        n = f" \N{MIDDLE DOT} n {figure.n}" if figure.n else ""
        self.title.setText(f"{figure.title}{n}")
        self.value.setText(figure.value)
        self.change.setText(figure.change)
        self.change.setVisible(bool(figure.change))
        self.note.setText(figure.note)
        self.note.setVisible(bool(figure.note))
        self.setToolTip(plain_tip(figure.tip))
        self.tint()

    def tint(self) -> None:
        colours = self._theme.colours
        worse = self.figure is not None and self.figure.worse
        change = colours.clip if worse else colours.good
        _colour(self.value, colours.dim if self._stale else colours.text)
        _colour(self.change, colours.dim if self._stale else change)


def _colour(label: Label, colour: str) -> None:
    """Setting a style takes long, and most of the time it is the same."""
    style = f"color: {colour};"
    if label.styleSheet() != style:
        label.setStyleSheet(style)
