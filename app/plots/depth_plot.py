"""Error from the first layer to the last: with all before as a line, each alone as bars."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from ..plots.canvas import Canvas
from ..plots.flags import Flag, Flags
from ..theme import Theme

_STALE = 0.35
_BAR, _BAND, _CHOSEN = 0.4, 0.55, 0.22
_ROOM_ABOVE = 0.16
"""Where flags are written, as a share of the height."""
_FAR = 2000.0
"""Beyond any dB."""
_USUAL = 90
"""Bars above this percentile are cut: a layer that rounding hardly touches may have 300 dB."""

Values = Sequence[float | None]
Band = tuple[int, int]
"""First and last place of a module."""


class DepthPlot:
    """SQNR in dB by place; modules are bands behind, the steepest falls are flagged."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self.last, self._heights = 0, np.zeros(0)
        """The last place that has a value."""
        self._whole: list[list[float]] = []
        """What is seen where nobody looks closer."""
        self._bands = pg.BarGraphItem(x=[], height=[], width=1.0)
        self._bars = pg.BarGraphItem(x=[], height=[], width=0.5)
        self.line = pg.PlotDataItem(symbol="o", symbolSize=4)
        self._chosen = pg.BarGraphItem(x=[], height=[], width=0.9)
        for item in (self._bands, self._chosen, self._bars, self.line):
            canvas.addItem(item, ignoreBounds=True)
        self.flags = Flags(canvas, theme)
        canvas.getPlotItem().showGrid(y=True, alpha=0.12)
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, alone: Values, accumulated: Values, bands: Sequence[Band]) -> None:
        """A value a layer, None where there is none."""
        is_whole = self._canvas.getViewBox().viewRange() == self._whole
        bars, line = _array(alone), _array(accumulated)
        self.last = int(np.flatnonzero(~np.isnan(bars) | ~np.isnan(line)).max(initial=0))
        known = np.concatenate((bars[np.isfinite(bars)], line[np.isfinite(line)]))
        self._heights = known
        low, edge = self._ends()
        usable = np.flatnonzero(~np.isnan(bars))
        self._bars.setOpts(x=usable, y0=low, height=np.minimum(bars[usable], edge) - low)
        drawn = np.flatnonzero(np.isfinite(line))
        self.line.setData(drawn, line[drawn])
        self._bands.setOpts(
            x=[(first + last) / 2 for first, last in bands],
            width=[last - first + 1.0 for first, last in bands],
            y0=-_FAR,
            height=2 * _FAR,
        )
        if is_whole:
            self.fit()  # a line that comes later may reach further than the bars

    def flag(self, flags: Sequence[Flag]) -> None:
        self.flags.show(flags)

    def set_stale(self, stale: bool) -> None:
        """Pales what was accumulated under another plan."""
        for item in (self.line, self.flags):
            item.setOpacity(_STALE if stale else 1.0)

    def select(self, place: int | None) -> None:
        found = [] if place is None else [place]
        self._chosen.setOpts(x=found, y0=-_FAR, height=2 * _FAR)

    def fit(self) -> None:
        """All layers with a value, from 0 dB or below, with room for the flags above."""
        self._canvas.getViewBox().setRange(
            xRange=(-0.6, self.last + 0.6), yRange=self._ends(), padding=0
        )
        self._whole = self._canvas.getViewBox().viewRange()

    def _ends(self) -> tuple[float, float]:
        """Of the plot: bars that are cut run out of it."""
        top = self._theme.limits_db[-1]
        if not self._heights.size:
            return 0.0, (1 + _ROOM_ABOVE) * top
        low = min(0.0, float(self._heights.min()))
        high = max(top, float(np.percentile(self._heights, _USUAL)))
        return low, high + _ROOM_ABOVE * (high - low)

    def _tint(self) -> None:
        colours = self._theme.colours
        for item, name, alpha in (
            (self._bands, colours.raised, _BAND),
            (self._chosen, colours.accent, _CHOSEN),
            (self._bars, colours.float_, _BAR),
        ):
            fill = QColor(name)
            fill.setAlphaF(alpha)
            item.setOpts(brush=pg.mkBrush(fill), pen=pg.mkPen(None))
        self.line.setPen(pg.mkPen(colours.text, width=2))
        self.line.setSymbolPen(pg.mkPen(None))
        self.line.setSymbolBrush(pg.mkBrush(colours.text))


def _array(values: Values) -> np.ndarray:
    return np.array([math.nan if value is None else value for value in values], float)
