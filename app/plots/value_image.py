"""Counts of values over channels as a picture: the stronger, the more."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from quantengine.analyze.value_map import ValueMap

from ..plots.canvas import Canvas
from ..theme import Theme

_SHADES = 256


class ValueImage:
    """A line for each channel, the first at the top, values from left to right, log counts."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self._image = pg.ImageItem(axisOrder="row-major")
        canvas.addItem(self._image)
        canvas.getViewBox().invertY(True)
        theme.changed.connect(self._tint)
        canvas.fitted.connect(self._fit)
        self._found: ValueMap | None = None
        self._tint()

    def show(self, found: ValueMap) -> None:
        self._found = found
        self._image.setImage(np.log1p(found.counts))
        height = found.counts.shape[0]
        self._image.setRect(QRectF(found.low, -0.5, found.high - found.low, height))
        self._fit()

    def _fit(self) -> None:
        found = self._found
        if found is not None:
            ends = (found.low, found.high), (-0.5, found.counts.shape[0] - 0.5)
            self._canvas.getViewBox().setRange(xRange=ends[0], yRange=ends[1], padding=0.01)

    def _tint(self) -> None:
        none, most = (QColor(c) for c in (self._theme.colours.base, self._theme.colours.float_))
        share = np.linspace(0.0, 1.0, _SHADES)[:, None]
        ends = [np.array([c.red(), c.green(), c.blue()], float) for c in (none, most)]
        text = QColor(self._theme.colours.text)
        deep = np.array([text.red(), text.green(), text.blue()], float)
        half = np.minimum(2 * share, 1.0)
        colours = ends[0] + (ends[1] - ends[0]) * half + (deep - ends[1]) * (2 * share - 1).clip(0)
        self._image.setLookupTable(colours.astype(np.uint8))
