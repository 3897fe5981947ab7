"""Error along the network before and after what was done to it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..theme import Theme

Values = Sequence[float | None]


class TwoDepths:
    """SQNR in dB by place, two lines."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        translate = QCoreApplication.translate
        names = (translate("TwoDepths", "before"), translate("TwoDepths", "after"))
        self._legend = legend_above(canvas, columns=2)
        self.lines = tuple(pg.PlotDataItem(symbol=None) for _ in names)
        for line, name in zip(self.lines, names, strict=True):
            canvas.addItem(line, ignoreBounds=True)
            self._legend.addItem(line, name)
        canvas.fitted.connect(self._fit)
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, before: Values, after: Values) -> None:
        """A value a layer, None where there is none."""
        for line, values in zip(self.lines, (before, after), strict=True):
            found = np.array([math.nan if v is None else v for v in values], float)
            usable = np.flatnonzero(np.isfinite(found))
            line.setData(usable, found[usable])
        self._fit()

    def _fit(self) -> None:
        drawn = [line.getData() for line in self.lines]
        heights = np.concatenate([y for _, y in drawn if y is not None] or [np.zeros(0)])
        places = np.concatenate([x for x, _ in drawn if x is not None] or [np.zeros(0)])
        if not heights.size:
            return
        low, high = min(0.0, float(heights.min())), float(heights.max())
        room = (high - low) or 1.0
        self._canvas.getViewBox().setRange(
            xRange=(-0.5, float(places.max()) + 0.5),
            yRange=(low, high + 0.06 * room),
            padding=0,
        )

    def _tint(self) -> None:
        colours = self._theme.colours
        for line, colour in zip(self.lines, (colours.dim, colours.quantized), strict=True):
            line.setPen(pg.mkPen(colour, width=1.6))
        tint_legend(self._legend, colours.text)
