"""What each layer takes in two files, as pairs of bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication

from quantengine.speed.profile import LayerTime

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..theme import Theme

_WIDE = 0.4


class TimeBars:
    """In ms by place: the float file, the quantized one, and on top of it its conversions."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self._top, self._count = 0.0, 0
        translate = QCoreApplication.translate
        names = (
            translate("TimeBars", "float"),
            translate("TimeBars", "quantized"),
            translate("TimeBars", "its conversions"),
        )
        self.bars = tuple(pg.BarGraphItem(x=[], y0=[], height=[], width=_WIDE) for _ in names)
        self._marks = tuple(pg.ScatterPlotItem(symbol="s", size=9, pen=None) for _ in names)
        self._legend = legend_above(canvas, len(names), of_lines=False)
        for bars, mark, name in zip(self.bars, self._marks, names, strict=True):
            canvas.addItem(bars)
            self._legend.addItem(mark, name)
        canvas.fitted.connect(self._fit)
        theme.changed.connect(self._tint)
        self._tint()

    def show_layers(self, layers: Sequence[LayerTime]) -> None:
        """In the order in which they are drawn; what runs within another takes no time."""
        before = np.array([each.float_ms or 0.0 for each in layers])
        after = np.array([each.ms or 0.0 for each in layers])
        conversions = np.array([each.conversion_ms for each in layers])
        places = np.arange(before.size, dtype=float)
        left, right = places - _WIDE / 2, places + _WIDE / 2
        computed = after - conversions
        drawn = ((left, 0 * before, before), (right, 0 * after, computed))
        for bars, (x, y0, height) in zip(
            self.bars, (*drawn, (right, computed, conversions)), strict=True
        ):
            bars.setOpts(x=x, y0=y0, height=height)
        self._top = float(np.concatenate((before, after)).max(initial=0.0))
        self._count = before.size
        self._fit()

    def _fit(self) -> None:
        if self._count:
            self._canvas.getViewBox().setRange(
                xRange=(-0.6, self._count - 0.4), yRange=(0, 1.06 * (self._top or 1.0)), padding=0
            )

    def _tint(self) -> None:
        colours = self._theme.colours
        for bars, mark, colour in zip(
            self.bars,
            self._marks,
            (colours.float_, colours.quantized, colours.warning),
            strict=True,
        ):
            bars.setOpts(brush=pg.mkBrush(colour), pen=pg.mkPen(None))
            mark.setBrush(pg.mkBrush(colour))
        tint_legend(self._legend, colours.text)
