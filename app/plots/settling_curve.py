"""The extremes, and the range a method chooses, over the number of samples."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication

from quantengine.observe.convergence import Growth
from quantengine.ranges.settling import Settling

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..theme import Theme


class SettlingCurve:
    """Float extremes as lines, the chosen range as points on a line; low and high of both."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self._grown = (pg.PlotDataItem(), pg.PlotDataItem())
        self._chosen = tuple(pg.PlotDataItem(symbol="o", symbolSize=7) for _ in range(2))
        for item in (*self._grown, *self._chosen):
            canvas.addItem(item)
        self._heights = np.zeros(2)
        self._legend = legend_above(canvas, 2)
        translate = QCoreApplication.translate
        self._legend.addItem(self._grown[0], translate("SettlingCurve", "extremes so far"))
        self._legend.addItem(self._chosen[0], translate("SettlingCurve", "range of the method"))
        theme.changed.connect(self._tint)
        self._tint()

    def show_growth(self, grown: Growth) -> None:
        seen = np.arange(1, grown.low.size + 1)
        for item, values in zip(self._grown, (grown.low, grown.high), strict=True):
            usable = np.isfinite(values)
            item.setData(seen[usable], values[usable])
        ends = np.concatenate((grown.low, grown.high, [0.0])).astype(float)
        self._heights = ends[np.isfinite(ends)]
        self._fit(seen.size)

    def show_settling(self, found: Settling | None) -> None:
        """None: not known yet, or nothing to choose."""
        if found is None:
            for item in self._chosen:
                item.setData([], [])
            return
        for item, values in zip(self._chosen, (found.low, found.high), strict=True):
            item.setData(list(found.samples), values.tolist())
        self._heights = np.concatenate((self._heights, found.low, found.high))
        self._fit(found.samples[-1])

    def _fit(self, count: int) -> None:
        low, high = float(self._heights.min()), float(self._heights.max())
        room = (high - low) or 1.0
        self._canvas.getViewBox().setRange(
            xRange=(0, count + 1), yRange=(low - 0.08 * room, high + 0.08 * room), padding=0
        )

    def _tint(self) -> None:
        colours = self._theme.colours
        for item in self._grown:
            item.setPen(pg.mkPen(colours.float_, width=1.5))
        for item in self._chosen:
            item.setPen(pg.mkPen(colours.clip, width=1.5))
            item.setSymbolBrush(pg.mkBrush(colours.clip))
            item.setSymbolPen(pg.mkPen(None))
        tint_legend(self._legend, colours.text)
