"""The range of each sample as a bar, with the clip range across them."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication

from quantengine.observe.statistics import TensorStats

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..theme import Theme

_AROUND = 0.06
"""Of the height of all bars, over and under them."""


class SampleBars:
    """Triangles mark the lowest and the highest sample."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self._bars = pg.BarGraphItem(x=[], y0=[], height=[], width=0.8)
        self._extremes = pg.ScatterPlotItem(size=10, pxMode=True)
        self._ends = (pg.InfiniteLine(angle=0), pg.InfiniteLine(angle=0))
        for item in (self._bars, *self._ends, self._extremes):
            canvas.addItem(item)
        self._chosen = pg.InfiniteLine(angle=90)
        self._chosen.hide()
        canvas.addItem(self._chosen, ignoreBounds=True)
        self._legend = legend_above(canvas, 2, of_lines=False)
        self._line = pg.PlotDataItem()
        self._mark = pg.ScatterPlotItem(symbol="t", size=9)
        translate = QCoreApplication.translate
        self._legend.addItem(self._line, translate("SampleBars", "clip range"))
        self._legend.addItem(self._mark, translate("SampleBars", "extreme of all"))
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, stats: TensorStats, ends: tuple[float, float] | None) -> None:
        """`ends`: the clip range, None where the tensor stays float."""
        low, high = stats.sample_low.astype(float), stats.sample_high.astype(float)
        self._bars.setOpts(
            x=np.arange(low.size), y0=np.nan_to_num(low), height=np.nan_to_num(high - low)
        )
        if np.isfinite(low).any():
            lowest, highest = int(np.nanargmin(low)), int(np.nanargmax(high))
            self._extremes.setData(
                [lowest, highest], [low[lowest], high[highest]], symbol=["t1", "t"]
            )
        for line, at in zip(self._ends, ends or (0.0, 0.0), strict=True):
            line.setVisible(ends is not None)
            line.setPos(at)
        heights = np.array([0.0, *low[np.isfinite(low)], *high[np.isfinite(high)], *(ends or ())])
        room = np.ptp(heights) or 1.0
        self._canvas.getViewBox().setRange(
            xRange=(-0.6, low.size - 0.4),
            yRange=(heights.min() - _AROUND * room, heights.max() + _AROUND * room),
            padding=0,
        )

    def mark(self, place: int | None) -> None:
        """A line through the sample that is looked at."""
        self._chosen.setVisible(place is not None)
        self._chosen.setPos(place or 0)

    def _tint(self) -> None:
        colours = self._theme.colours
        self._bars.setOpts(brush=pg.mkBrush(colours.float_), pen=pg.mkPen(None))
        for item in (*self._ends, self._line):
            item.setPen(pg.mkPen(colours.clip, width=1.5))
        self._chosen.setPen(pg.mkPen(colours.text, width=1))
        for item in (self._extremes, self._mark):
            item.setPen(pg.mkPen(colours.text))
            item.setBrush(pg.mkBrush(colours.text))
        tint_legend(self._legend, colours.text)
