"""The values of a tensor as a histogram, and the same values once quantized."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from quantengine.analyze.chosen_levels import ChosenLevels
from quantengine.analyze.grid import centres, density, occupancy
from quantengine.formats.encoding import Encoding
from quantengine.observe.distribution import Distribution

from ..plots.canvas import Canvas
from ..theme import Theme

BINS = 240
MOST_LEVELS = 4096
_FLOOR = -0.4
"""Where log10 of an empty bin is drawn: below that of a single value."""


class Histogram:
    """Counts over real values: float filled, quantized as a line, both per bin of the float one."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas = canvas
        self._theme = theme
        self.log = False
        self.overlay = True
        self.float_ = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center", fillLevel=0.0)
        self.quantized = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center")
        for z, item in enumerate((self.float_, self.quantized)):
            item.setZValue(z)
            canvas.addItem(item)
        self.edges: NDArray[np.float64] = np.zeros(0)
        self.counts: NDArray[np.float64] = np.zeros(0)
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, distribution: Distribution) -> None:
        low, high = min(distribution.low, 0.0), max(distribution.high, 0.0)
        if not low < high:
            low, high = low - 1.0, high + 1.0
        self.edges = np.linspace(low, high, BINS + 1)
        self.counts = density(distribution, self.edges)
        self._draw(self.float_, self.edges, self.counts)

    def show_quantized(self, distribution: Distribution, encoding: Encoding | None) -> None:
        """Where the values go; nothing is drawn for grids too fine to tell apart."""
        fine = encoding is None or encoding.qmax - encoding.qmin >= MOST_LEVELS
        if fine or not self.overlay or encoding is None or encoding.scale.ndim:
            self.quantized.hide()
            return
        self._draw_levels(
            centres(encoding), occupancy(distribution, encoding), float(encoding.scale)
        )
        self.quantized.show()

    def show_levels(self, found: ChosenLevels) -> None:
        """The same where codes were chosen."""
        self.quantized.setVisible(self.overlay)
        if self.overlay:
            self._draw_levels(found.level, found.count, found.step)

    def show_rounded(self, values: NDArray[np.float32]) -> None:
        """The values as they are rounded, where channels have scales of their own."""
        self.quantized.setVisible(self.overlay)
        if self.overlay:
            counts = np.histogram(values, self.edges)[0].astype(np.float64)
            self._draw(self.quantized, self.edges, counts)

    def redraw(self) -> None:
        """After `log` changed."""
        if self.counts.size:
            self._draw(self.float_, self.edges, self.counts)

    def share_at(self, x: float) -> tuple[float, float] | None:
        """Count and share of the bin at `x`."""
        if not self.counts.size or not self.edges[0] <= x < self.edges[-1]:
            return None
        place = int(np.searchsorted(self.edges, x, side="right")) - 1
        count = float(self.counts[place])
        return count, count / max(float(self.counts.sum()), 1.0)

    def _draw_levels(
        self, middles: NDArray[np.float64], counts: NDArray[np.float64], step: float
    ) -> None:
        """As wide as they are apart, as high as a bin of the float values would be."""
        edges = np.concatenate((middles - step / 2, middles[-1:] + step / 2))
        per_bin = (self.edges[1] - self.edges[0]) / step
        self._draw(self.quantized, edges, counts * per_bin)

    def _draw(
        self,
        item: pg.PlotCurveItem,
        edges: NDArray[np.float64],
        counts: NDArray[np.float64],
    ) -> None:
        if self.log:
            counts = np.log10(np.maximum(counts, 10.0**_FLOOR))
        item.setFillLevel(_FLOOR if self.log and item is self.float_ else 0.0)
        if item is self.quantized:
            item.opts["fillLevel"] = None
        item.setData(x=edges, y=counts)

    def _tint(self) -> None:
        colours = self._theme.colours
        fill = QColor(colours.float_)
        fill.setAlphaF(0.45)
        self.float_.setPen(pg.mkPen(colours.float_, width=1))
        self.float_.setBrush(fill)
        self.quantized.setPen(pg.mkPen(colours.quantized, width=1.2))
