"""Two figures of each place from left to right, as hollow and filled points."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..plots.upright import ChosenPlace, LimitLines
from ..theme import Theme

Doubles = NDArray[np.float64]


class TwoSeries:
    """SQNR in dB; hollow is the first, filled the second, lines stand at the limits."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas = canvas
        self._theme = theme
        self._first = pg.ScatterPlotItem(symbol="o", size=7, pxMode=True)
        self._second = pg.ScatterPlotItem(symbol="o", size=7, pxMode=True)
        self._limits = LimitLines(canvas, theme)
        self.choose = ChosenPlace(canvas, theme).choose
        for item in (self._first, self._second):
            canvas.addItem(item)
        self._legend = legend_above(canvas, 2, of_lines=False)
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, first: Doubles, second: Doubles, names: tuple[str, str]) -> None:
        """Values `[n]` in the order they are drawn; what is not finite is left out."""
        self._legend.clear()
        for item, values, name in zip(
            (self._first, self._second), (first, second), names, strict=True
        ):
            usable = np.isfinite(values)
            item.setData(np.flatnonzero(usable), values[usable])
            self._legend.addItem(item, name)
        self._tint()
        self._fit(np.concatenate((first, second)))

    def _fit(self, values: Doubles) -> None:
        """From 0 dB, or lower where values are."""
        usable = values[np.isfinite(values)]
        top = self._theme.limits_db[-1]
        low, high = min(usable.min(initial=0.0), 0.0), usable.max(initial=top)
        room = high - low
        self._canvas.getViewBox().setYRange(low - 0.06 * room, high + 0.06 * room, padding=0)

    def _tint(self) -> None:
        colours = self._theme.colours
        pen = pg.mkPen(colours.quantized, width=1.5)
        for item, fill in ((self._first, colours.base), (self._second, colours.quantized)):
            item.setPen(pen)
            item.setBrush(pg.mkBrush(fill))
        tint_legend(self._legend, colours.text)
