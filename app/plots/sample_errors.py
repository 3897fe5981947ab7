"""The error of each sample as a bar, the worst first."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtGui import QColor

from ..plots.canvas import Canvas
from ..plots.upright import LimitLines
from ..theme import Theme

_ROOM = 0.08


class SampleErrors:
    """SQNR in dB by place; the one that is looked at in the accent."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self._levels: list[float] = []
        self._chosen: int | None = None
        self._bars = pg.BarGraphItem(x=[], height=[], width=0.8)
        canvas.addItem(self._bars, ignoreBounds=True)
        self._limits = LimitLines(canvas, theme)
        canvas.fitted.connect(self._fit)
        theme.changed.connect(self._draw)

    def show(self, levels: Sequence[float]) -> None:
        """What is infinite is drawn as far as the limits of what is not."""
        known = [0.0, self._theme.limits_db[-1], *filter(math.isfinite, levels)]
        low, high = min(known), max(known)
        self._levels = [high if math.isnan(x) else min(max(x, low), high) for x in levels]
        self._draw()
        self._fit()

    def choose(self, place: int | None) -> None:
        if place != self._chosen:
            self._chosen = place
            self._draw()

    def _draw(self) -> None:
        colours = self._theme.colours
        brushes = [QColor(self._theme.sqnr_colour(level)) for level in self._levels]
        if self._chosen is not None and self._chosen < len(brushes):
            brushes[self._chosen] = QColor(colours.accent)
        low = min(0.0, *self._levels) if self._levels else 0.0
        self._bars.setOpts(
            x=list(range(len(self._levels))),
            y0=low,
            height=[level - low for level in self._levels],
            brushes=brushes,
            pen=pg.mkPen(None),
        )

    def _fit(self) -> None:
        low = min(0.0, *self._levels) if self._levels else 0.0
        high = max([self._theme.limits_db[-1], *self._levels])
        self._canvas.getViewBox().setRange(
            xRange=(-0.6, max(len(self._levels), 1) - 0.4),
            yRange=(low, high + _ROOM * (high - low)),
            padding=0,
        )
