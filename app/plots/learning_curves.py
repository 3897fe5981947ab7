"""How training goes: a figure of the training samples and one of those held out, over steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg

from app.plots.canvas import Canvas
from app.plots.legend_text import tint_legend
from app.theme import Theme

_HEADROOM = 0.3


class LearningCurves:
    """Each line has a name and a role: training samples are float-grey, those held out orange."""

    def __init__(self, canvas: Canvas, theme: Theme, names: Sequence[str]) -> None:
        """`names`: the held-out line first, then that of training where there is one."""
        self._canvas, self._theme = canvas, theme
        self._lines = [pg.PlotDataItem(symbol="o", symbolSize=6) for _ in names]
        self._best = pg.InfiniteLine(angle=90)
        canvas.addItem(self._best, ignoreBounds=True)
        self._legend = canvas.addLegend(offset=(-8, 4), labelTextSize="8pt", colCount=2)
        for line, name in zip(self._lines, names, strict=True):
            canvas.addItem(line)
            self._legend.addItem(line, name)
        theme.changed.connect(self._tint)
        self.show([], [[] for _ in names], None, 0)
        self._tint()

    def show(
        self,
        steps: Sequence[int],
        values: Sequence[Sequence[float]],
        best: int | None,
        last: int,
    ) -> None:
        """A list of values for each line; `best` is the step that is kept, `last` the run's end."""
        heights: list[float] = []
        for line, found in zip(self._lines, values, strict=True):
            y = np.asarray(found, float)
            usable = np.isfinite(y)
            line.setData(np.asarray(steps, float)[usable], y[usable])
            heights += y[usable].tolist()
        self._best.setVisible(best is not None)
        self._best.setPos(best or 0)
        low, high = min(heights, default=0.0), max(heights, default=1.0)
        room = (high - low) or abs(high) or 1.0
        self._canvas.getViewBox().setRange(
            xRange=(0, max(last, *steps, 1)),
            yRange=(low - 0.06 * room, high + _HEADROOM * room),
            padding=0.02,
        )

    def _tint(self) -> None:
        colours = self._theme.colours
        for line, colour in zip(self._lines, (colours.quantized, colours.float_), strict=False):
            line.setPen(pg.mkPen(colour, width=1.5))
            line.setSymbolBrush(pg.mkBrush(colour))
            line.setSymbolPen(pg.mkPen(None))
        self._best.setPen(pg.mkPen(colours.accent, width=1.5))
        self._legend.setBrush(pg.mkBrush(colours.base))
        tint_legend(self._legend, colours.text)
