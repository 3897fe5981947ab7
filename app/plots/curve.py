"""What a search tried: objective over threshold, with the choice marked, and how one descended."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from quantengine.ranges.choice import Descended, RangeChoice, SearchCurve

from ..plots.canvas import Canvas
from ..theme import Theme
from ..translation import tr, tr_engine


class Curve:
    """A line through what was tried and a dot at the least of it; a descent as dots joined.

    Its title lies on the plot, which is too low for one beside it.
    """

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas = canvas
        self._theme = theme
        self._line = pg.PlotCurveItem()
        self._dot = pg.ScatterPlotItem(size=9, pxMode=True)
        self.descent = pg.PlotDataItem(symbol="o", symbolSize=6)
        self.title = pg.LabelItem(size="8pt")
        self.title.setParentItem(canvas.getViewBox())
        self.title.anchor(itemPos=(1, 0), parentPos=(1, 0), offset=(-8, 0))
        canvas.addItem(self._line)
        canvas.addItem(self.descent)
        canvas.addItem(self._dot)
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, choice: RangeChoice | None) -> bool:
        """Whether the choice was searched for."""
        curve = None if choice is None else choice.curve
        self._line.setData([], [])
        self._dot.setData([], [])
        self.descent.setData([], [])
        self.title.setText("")
        if curve is None or choice is None:
            return False
        if np.isfinite(curve.objective).any():
            self._draw(curve, choice.descent)
            self.fit()
        return True

    def _draw(self, curve: SearchCurve, descent: Descended | None) -> None:
        usable = np.isfinite(curve.objective)
        x, y = curve.threshold[usable], curve.objective[usable]
        sized = np.log10 if y.min() > 0 else np.asarray
        self._canvas.getAxis("left").setLogMode(y=bool(y.min() > 0))
        best = int(np.argmin(y))
        self._line.setData(x, sized(y))
        self._dot.setData([x[best]], [sized(y)[best]])
        title = tr_engine(curve.label)
        if descent is not None and (y.min() == 0 or descent.loss.min() > 0):
            self.descent.setData(descent.threshold, sized(descent.loss))
            title = tr("{0}, and after each iteration").format(title)
        self.title.setText(title, color=self._theme.colours.dim)

    def fit(self) -> None:
        """Only upwards: along the values it goes with the histogram."""
        _, y = self._line.getData()
        _, path = self.descent.getData()
        if y is not None and y.size:
            y = y if path is None else np.concatenate((y, path))
            room = 0.08 * (float(y.max() - y.min()) or 1.0)
            self._canvas.getViewBox().setYRange(y.min() - room, y.max() + room, padding=0)

    def _tint(self) -> None:
        colours = self._theme.colours
        self._line.setPen(pg.mkPen(colours.quantized, width=1.5))
        self.title.setText(self.title.text, color=colours.dim)
        self.descent.setPen(pg.mkPen(colours.clip, width=1))
        self.descent.setSymbolPen(pg.mkPen(colours.clip))
        self.descent.setSymbolBrush(None)
        self._dot.setPen(pg.mkPen(colours.clip))
        self._dot.setBrush(pg.mkBrush(colours.clip))
