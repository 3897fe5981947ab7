"""A figure of each channel before and after recovery, as hollow and filled points."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..theme import Theme

Doubles = NDArray[np.float64]
_ROOM = 0.08


class BeforeAfter:
    """Where `log`, sizes above zero on a logarithmic axis; else a line stands at zero."""

    def __init__(self, canvas: Canvas, theme: Theme, *, log: bool = False) -> None:
        self._canvas, self._theme, self._log = canvas, theme, log
        self._zero = pg.InfiniteLine(pos=0, angle=0)
        self._zero.setVisible(not log)
        self._points = [pg.ScatterPlotItem(symbol="o", size=6, pxMode=True) for _ in range(2)]
        for item in (self._zero, *self._points):
            canvas.addItem(item)
        canvas.getAxis("left").setLogMode(y=log)
        self._legend = legend_above(canvas, 2, of_lines=False)
        self._values: tuple[Doubles, Doubles] = (np.zeros(0), np.zeros(0))
        canvas.fitted.connect(self._fit)
        canvas.table = self._table
        theme.changed.connect(self._tint)

    def show(self, before: Doubles, after: Doubles, names: tuple[str, str]) -> None:
        """Values `[C]`, channels from left to right."""
        self._values = before, after
        self._legend.clear()
        for item, values, name in zip(self._points, self._values, names, strict=True):
            drawn = self._drawn(values)
            usable = np.isfinite(drawn)
            item.setData(np.flatnonzero(usable), drawn[usable])
            self._legend.addItem(item, name)
        self._tint()
        self._fit()

    def _drawn(self, values: Doubles) -> Doubles:
        if not self._log:
            return values
        known = np.where(values > 0, values, np.nan)
        return np.asarray(np.log10(known), np.float64)

    def _fit(self) -> None:
        drawn = np.concatenate([self._drawn(values) for values in self._values])
        usable = drawn[np.isfinite(drawn)]
        if not usable.size:
            return
        low, high = float(usable.min()), float(usable.max())
        low, high = (low, high) if self._log else (min(low, 0.0), max(high, 0.0))
        room = _ROOM * ((high - low) or 1.0)
        box = self._canvas.getViewBox()
        box.setYRange(low - room, high + room, padding=0)
        box.setXRange(-0.5, max(len(self._values[0]) - 0.5, 0.5), padding=0.02)

    def _table(self) -> list[tuple[object, ...]]:
        rows = zip(*(values.tolist() for values in self._values), strict=True)
        return [("channel", "before", "after"), *((i, *row) for i, row in enumerate(rows))]

    def _tint(self) -> None:
        colours = self._theme.colours
        inks = ((colours.quantized, colours.base), (colours.recovered, colours.recovered))
        for item, (ink, fill) in zip(self._points, inks, strict=True):
            item.setPen(pg.mkPen(ink, width=1.5))
            item.setBrush(pg.mkBrush(fill))
        self._zero.setPen(pg.mkPen(colours.border, width=1))
        tint_legend(self._legend, colours.text)
