"""Lines across a plot: at the place that is chosen, and at the limits of good and bad dB."""

from __future__ import annotations

import pyqtgraph as pg

from ..plots.canvas import Canvas
from ..theme import Theme


class ChosenPlace(pg.InfiniteLine):
    """A line in the accent."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        super().__init__(angle=90)
        self._theme = theme
        canvas.addItem(self, ignoreBounds=True)
        theme.changed.connect(self._tint)
        self._tint()

    def choose(self, place: int | None) -> None:
        """Stands at a place from the left, or is hidden."""
        self.setVisible(place is not None)
        if place is not None:
            self.setPos(place)

    def _tint(self) -> None:
        self.setPen(pg.mkPen(self._theme.colours.accent, width=1.5))


class LimitLines:
    """Dashed, at the limits of the theme and in their colours."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._theme = theme
        self._lines = [pg.InfiniteLine(pos=limit, angle=0) for limit in theme.limits_db]
        for line in self._lines:
            canvas.addItem(line, ignoreBounds=True)
        theme.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        colours = self._theme.colours.sqnr[:3]
        limits = zip(self._lines, self._theme.limits_db, colours, strict=True)
        for line, limit, colour in limits:
            line.setPos(limit)
            line.setPen(pg.mkPen(colour, width=1, dash=[4, 4]))
