"""What a search tried: objective over threshold, with the choice marked."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from quantengine.ranges.choice import SearchCurve

from ..plots.canvas import Canvas
from ..theme import Theme
from ..translation import tr_engine


class Curve:
    """A line through what was tried and a dot at the least of it.

    Its title lies on the plot, which is too low for one beside it.
    """

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas = canvas
        self._theme = theme
        self._line = pg.PlotCurveItem()
        self._dot = pg.ScatterPlotItem(size=9, pxMode=True)
        self.title = pg.LabelItem(size="8pt")
        self.title.setParentItem(canvas.getViewBox())
        self.title.anchor(itemPos=(1, 0), parentPos=(1, 0), offset=(-8, 0))
        canvas.addItem(self._line)
        canvas.addItem(self._dot)
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, curve: SearchCurve | None) -> None:
        if curve is None or not np.isfinite(curve.objective).any():
            self._line.setData([], [])
            self._dot.setData([], [])
            self.title.setText("")
            return
        usable = np.isfinite(curve.objective)
        x, y = curve.threshold[usable], curve.objective[usable]
        best = int(np.argmin(y))
        if y.min() > 0:
            y = np.log10(y)
        self._canvas.getAxis("left").setLogMode(y=bool(curve.objective[usable].min() > 0))
        self._line.setData(x, y)
        self._dot.setData([x[best]], [y[best]])
        self.title.setText(tr_engine(curve.label), color=self._theme.colours.dim)
        self.fit()

    def fit(self) -> None:
        """Only upwards: along the values it goes with the histogram."""
        _, y = self._line.getData()
        if y is not None and y.size:
            room = 0.08 * (float(y.max() - y.min()) or 1.0)
            self._canvas.getViewBox().setYRange(y.min() - room, y.max() + room, padding=0)

    def _tint(self) -> None:
        colours = self._theme.colours
        self._line.setPen(pg.mkPen(colours.quantized, width=1.5))
        self.title.setText(self.title.text, color=colours.dim)
        self._dot.setPen(pg.mkPen(colours.clip))
        self._dot.setBrush(pg.mkBrush(colours.clip))
