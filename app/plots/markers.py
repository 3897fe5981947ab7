"""Where each method would put the range, along the top of the histogram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Signal

from ..candidates import Trial
from ..plots.canvas import Canvas
from ..text import decibel, number
from ..theme import Theme

_BELOW_EDGE = 8
"""Pixels: a whole symbol has room."""
_LETTER, _GAP = 7, 8
"""Pixels of a letter of a name, and between two of them."""


class Markers(QObject):
    """A triangle at both ends of each candidate's range; `taken` names the method clicked."""

    taken = Signal(str)

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        super().__init__(canvas)
        self._box = canvas.getViewBox()
        self._theme = theme
        self._found: tuple[Trial, ...] = ()
        self._points = pg.ScatterPlotItem(
            symbol="t", size=11, pxMode=True, hoverable=True, tip=_tip
        )
        self._points.setZValue(30)
        canvas.addItem(self._points, ignoreBounds=True)
        self._points.sigClicked.connect(self._take)
        self._names: list[pg.TextItem] = []
        self._box.sigRangeChanged.connect(self._draw)
        theme.changed.connect(self._draw)

    def show(self, found: tuple[Trial, ...]) -> None:
        self._found = found
        self._draw()

    @property
    def places(self) -> tuple[float, ...]:
        return tuple(end for each in self._found for end in _ends(each))

    def _draw(self, *_: object) -> None:
        top = self._box.viewRange()[1][1]
        y = top - _BELOW_EDGE * self._box.viewPixelSize()[1]
        spots = [{"pos": (end, y), "data": each} for each in self._found for end in _ends(each)]
        colours = self._theme.colours
        self._points.setData(
            spots,
            brush=pg.mkBrush(colours.base),
            pen=pg.mkPen(colours.dim, width=1),
            hoverBrush=pg.mkBrush(colours.accent),
        )

        self._name(y)

    def _name(self, y: float) -> None:
        """Names stand where there is room for them beside their neighbours."""
        for old in self._names:
            self._box.removeItem(old)
        self._names = []
        ends = sorted(
            ((end, each.method) for each in self._found for end in _ends(each)), key=lambda e: e[0]
        )
        pixel = self._box.viewPixelSize()[0] if ends else 1.0
        places = [-np.inf, *(end for end, _ in ends), np.inf]
        for place, (end, method) in enumerate(ends, 1):
            room = min(end - places[place - 1], places[place + 1] - end) / pixel
            if room >= _LETTER * len(method) + _GAP:
                text = pg.TextItem(method, color=self._theme.colours.dim, anchor=(0.5, 0.0))
                text.setPos(end, y)
                text.setZValue(30)
                self._box.addItem(text, ignoreBounds=True)
                self._names.append(text)

    def _take(self, _item: object, points: Sequence[pg.SpotItem]) -> None:
        for point in points[:1]:
            self.taken.emit(point.data().method)


def _ends(each: Trial) -> tuple[float, ...]:
    return tuple(end for end in (each.figures.low, each.figures.high) if end)


def _tip(x: float, y: float, data: Trial) -> str:  # noqa: ARG001
    figures = data.figures
    return (
        f"{data.method}: {number(figures.low)} \N{HORIZONTAL ELLIPSIS} {number(figures.high)}, "
        f"{decibel(figures.sqnr_db)} dB"
    )
