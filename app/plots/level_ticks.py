"""The values that codes stand for, as short lines along the bottom of a plot."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from quantengine.analyze.grid import centres
from quantengine.formats.encoding import Encoding

from ..plots.canvas import Canvas
from ..plots.histogram import MOST_LEVELS
from ..theme import Theme

_HEIGHT = 0.03
"""As a share of the height of the plot."""


class LevelTicks:
    """Shown while `visible`; grids too fine to tell apart are left out."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._box = canvas.getViewBox()
        self._theme = theme
        self._places: NDArray[np.float64] = np.zeros(0)
        self.visible = False
        self.lines = pg.PlotCurveItem([], [], connect="pairs")
        self.lines.setZValue(10)
        canvas.addItem(self.lines, ignoreBounds=True)
        self._box.sigYRangeChanged.connect(self._draw)
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, encoding: Encoding | None) -> None:
        """The levels of a per-tensor encoding; None has none."""
        known = encoding is not None and not encoding.scale.ndim
        fine = encoding is None or encoding.qmax - encoding.qmin >= MOST_LEVELS
        self._places = centres(encoding) if known and not fine and encoding else np.zeros(0)
        self._draw()

    def show_places(self, places: NDArray[np.float64]) -> None:
        """Levels in real numbers."""
        self._places = places if places.size <= MOST_LEVELS else np.zeros(0)
        self._draw()

    def set_visible(self, on: bool) -> None:
        self.visible = on
        self._draw()

    def _draw(self, *_: object) -> None:
        self.lines.setVisible(self.visible and bool(self._places.size))
        if not self.visible:
            return
        bottom, top = self._box.viewRange()[1]
        ends = np.tile([bottom, bottom + _HEIGHT * (top - bottom)], self._places.size)
        self.lines.setData(x=np.repeat(self._places, 2), y=ends)

    def _tint(self) -> None:
        self.lines.setPen(pg.mkPen(self._theme.colours.quantized, width=1))
