"""How training goes: a figure of the training samples and one of those held out, over steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..theme import Theme

_ROOM = 0.06


class LearningCurves:
    """Samples held out are orange, those of training grey; an upright line marks what is kept."""

    def __init__(self, canvas: Canvas, theme: Theme, names: Sequence[str]) -> None:
        """`names`: the held-out line first, then that of training where there is one."""
        self.canvas, self._theme = canvas, theme
        self._lines = [pg.PlotDataItem(symbol="o", symbolSize=6) for _ in names]
        self._best = pg.InfiniteLine(angle=90)
        canvas.addItem(self._best, ignoreBounds=True)
        name = QCoreApplication.translate("LearningCurves", "batch norms frozen")
        beside = {"rotateAxis": (1, 0), "anchors": [(1.0, 0.0), (1.0, 0.0)], "position": 0.97}
        self._frozen = pg.InfiniteLine(angle=90, label=name, labelOpts=beside)
        canvas.addItem(self._frozen, ignoreBounds=True)
        self._kept = pg.PlotDataItem()
        self._legend = legend_above(canvas, columns=3)
        for line, name in zip(self._lines, names, strict=True):
            canvas.addItem(line)
            self._legend.addItem(line, name)
        self._legend.addItem(self._kept, QCoreApplication.translate("LearningCurves", "kept"))
        theme.changed.connect(self._tint)
        self.show([], [[] for _ in names], None, 0)
        self._tint()

    def show(
        self,
        steps: Sequence[int],
        values: Sequence[Sequence[float]],
        best: int | None,
        last: int,
        frozen: int | None = None,
    ) -> None:
        """A list of values for each line; `best` is the step that is kept, `last` the run's end.

        From the step `frozen` on batch norms stayed as they were.
        """
        heights: list[float] = []
        for line, found in zip(self._lines, values, strict=True):
            y = np.asarray(found, float)
            usable = np.isfinite(y)
            line.setData(np.asarray(steps, float)[usable], y[usable])
            heights += y[usable].tolist()
        self._best.setVisible(best is not None)
        self._best.setPos(best or 0)
        self._frozen.setVisible(frozen is not None)
        self._frozen.setPos(frozen or 0)
        low, high = min(heights, default=0.0), max(heights, default=1.0)
        room = (high - low) or abs(high) or 1.0
        self.canvas.getViewBox().setRange(
            xRange=(0, max(last, *steps, 1)),
            yRange=(low - _ROOM * room, high + _ROOM * room),
            padding=0.02,
        )

    def _tint(self) -> None:
        colours = self._theme.colours
        for line, colour in zip(self._lines, (colours.quantized, colours.float_), strict=False):
            line.setPen(pg.mkPen(colour, width=1.5))
            line.setSymbolBrush(pg.mkBrush(colour))
            line.setSymbolPen(pg.mkPen(None))
        for mark in (self._best, self._kept):
            mark.setPen(pg.mkPen(colours.accent, width=1.5))
        self._frozen.setPen(pg.mkPen(colours.dim, width=1.5, dash=[4, 3]))
        self._frozen.label.setColor(colours.dim)
        tint_legend(self._legend, colours.text)
