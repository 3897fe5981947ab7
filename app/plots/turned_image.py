"""Which weights went up or down from their nearest code, channel by channel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from ..colours import mixed
from ..plots.canvas import Canvas
from ..theme import Theme

_MOST = 1024
"""Lines and columns that are drawn: of more every n-th."""
_FAR = 2


class TurnedImage:
    """A line for each channel, the first at the top: blue up, orange down, further is stronger."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self._steps: NDArray[Any] = np.zeros((0, 0), np.int64)
        self._image = pg.ImageItem(axisOrder="row-major")
        canvas.addItem(self._image)
        canvas.getViewBox().invertY(True)
        canvas.fitted.connect(self._fit)
        canvas.table = self._table
        theme.changed.connect(self._tint)
        self._tint()

    @property
    def every(self) -> int:
        """Of how many lines or columns one is drawn, where there are many."""
        return max(-(-int(side) // _MOST) for side in (*self._steps.shape, 1))

    def show(self, steps: NDArray[Any]) -> None:
        """`[C, K]`, by how many codes each lies off its nearest one."""
        self._steps = steps
        shown = np.clip(steps[:: self.every, :: self.every], -_FAR, _FAR)
        self._image.setImage(shown.astype(np.float32), levels=(-_FAR, _FAR))
        height, width = steps.shape
        self._image.setRect(QRectF(-0.5, -0.5, width, height))
        self._fit()

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Channel, place and steps under a point."""
        row, column = round(y), round(x)
        height, width = self._steps.shape
        if not (0 <= row < height and 0 <= column < width):
            return None
        return row, column, int(self._steps[row, column])

    def _fit(self) -> None:
        height, width = self._steps.shape
        ends = (-0.5, max(width, 1) - 0.5), (-0.5, max(height, 1) - 0.5)
        self._canvas.getViewBox().setRange(xRange=ends[0], yRange=ends[1], padding=0.01)

    def _table(self) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self._steps.tolist()]

    def _tint(self) -> None:
        c = self._theme.colours
        shades = [mixed(c.base, c.quantized, 1.0), mixed(c.base, c.quantized, 0.6), QColor(c.base)]
        shades += [mixed(c.base, c.accent, 0.6), mixed(c.base, c.accent, 1.0)]
        table = [(each.red(), each.green(), each.blue()) for each in shades]
        self._image.setLookupTable(np.array(table, np.uint8))
