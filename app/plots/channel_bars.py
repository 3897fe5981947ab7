"""The range of every channel as a bar, with the range of the whole tensor across them."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from quantengine.analyze.channels import Channels

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..plots.upright import ChosenPlace
from ..theme import Theme

Places = NDArray[np.int64]


class ChannelBars:
    """Dead channels carry a cross, outliers a triangle, the chosen one a line in the accent."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._theme = theme
        self._canvas = canvas
        self._wide: NDArray[np.bool_] = np.zeros(0, np.bool_)
        """From left to right, the channels that are much wider than the others."""
        self._bars = pg.BarGraphItem(x=[], y0=[], height=[], width=0.8)
        self._dead = pg.ScatterPlotItem(symbol="x", size=8, pxMode=True)
        self._outliers = pg.ScatterPlotItem(symbol="t", size=9, pxMode=True)
        self._ends = (pg.InfiniteLine(angle=0), pg.InfiniteLine(angle=0))
        for item in (self._bars, self._dead, self._outliers, *self._ends):
            canvas.addItem(item)
        self.choose = ChosenPlace(canvas, theme).choose
        self._legend = legend_above(canvas, 3, of_lines=False)
        self._names = (pg.PlotDataItem(), self._dead, self._outliers)
        for item, name in zip(self._names, _names(), strict=True):
            self._legend.addItem(item, name)
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, found: Channels, order: Places, ends: tuple[float, float] | None) -> None:
        """`order`: channels from left to right; `ends`: the range of the tensor."""
        low, high = found.low[order], found.high[order]
        self._wide = found.outliers[order]
        self._bars.setOpts(x=np.arange(order.size), y0=low, height=high - low)
        self._tint()
        dead = np.flatnonzero(found.dead[order])
        self._dead.setData(dead, np.zeros(dead.size))
        wide = np.flatnonzero(found.outliers[order])
        self._outliers.setData(wide, high[wide])
        for line, at in zip(self._ends, ends or (0.0, 0.0), strict=True):
            line.setVisible(ends is not None)
            line.setPos(at)
        self._fit(order.size, [*low, *high, *(ends or ())])

    def _fit(self, count: int, heights: list[float]) -> None:
        low, high = min(heights), max(heights)
        room = (high - low) or 1.0
        box = self._canvas.getViewBox()
        box.setRange(
            xRange=(-0.6, count - 0.4), yRange=(low - 0.04 * room, high + 0.04 * room), padding=0
        )

    def _tint(self) -> None:
        colours = self._theme.colours
        usual, wide = pg.mkBrush(colours.float_), pg.mkBrush(colours.quantized)
        brushes = [wide if each else usual for each in self._wide]
        self._bars.setOpts(brushes=brushes, pen=pg.mkPen(None))
        for item in (self._dead, self._outliers):
            item.setPen(pg.mkPen(colours.text, width=1))
            item.setBrush(pg.mkBrush(colours.text))
        for line in self._ends:
            line.setPen(pg.mkPen(colours.clip, width=1.5))
        self._names[0].setPen(pg.mkPen(colours.clip, width=1.5))
        tint_legend(self._legend, colours.text)


def _names() -> tuple[str, str, str]:
    translate = QCoreApplication.translate
    return (
        translate("ChannelBars", "clip range of the tensor"),
        translate("ChannelBars", "dead"),
        translate("ChannelBars", "outlier"),
    )
