"""Plans as points: size against SQNR, the best of them joined by a line."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QPointF, Qt

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..theme import Theme

_REACH_PX = 24
_ENOUGH_DB = 60.0
"""Plans beyond are as good as float: a double click shows them too."""

Place = tuple[float, float]
"""Size in bytes and SQNR in dB."""


class FrontPlot:
    """Hollow: measured. Filled, on the line: none smaller is as good. A ring: the one in use,
    else the one that was found.
    """

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self._places: dict[int, Place] = {}
        self._line = pg.PlotDataItem(symbol="o", symbolSize=9)
        self._tried = pg.ScatterPlotItem(symbol="o", size=7, pxMode=True)
        self._ring = pg.ScatterPlotItem(symbol="o", size=17, pxMode=True)
        self._present = pg.ScatterPlotItem(symbol="d", size=13, pxMode=True)
        self._limit = pg.InfiniteLine(angle=0)
        canvas.addItem(self._limit, ignoreBounds=True)
        for item in (self._tried, self._line, self._ring, self._present):
            canvas.addItem(item)
        self._legend = legend_above(canvas, 4, of_lines=False)
        translate = QCoreApplication.translate
        self._legend.addItem(self._line, translate("FrontPlot", "none smaller is as good"))
        self._legend.addItem(self._tried, translate("FrontPlot", "measured"))
        self._legend.addItem(self._ring, translate("FrontPlot", "in use, else found"))
        self._legend.addItem(self._present, translate("FrontPlot", "as it is now"))
        theme.changed.connect(self._tint)
        self.show_limit(None, None)
        self._tint()

    def show(self, tried: Sequence[Place], front: Sequence[Place], unit: float) -> None:
        """Sizes are drawn in `unit` bytes, `front` from small to large, exact plans not at all."""
        self._places = {i: (x / unit, y) for i, (x, y) in enumerate(front) if math.isfinite(y)}
        known = [*self._places.values()]
        self._line.setData([x for x, _ in known], [y for _, y in known])
        beside = [(x / unit, y) for x, y in tried if math.isfinite(y) and (x, y) not in front]
        self._tried.setData([x for x, _ in beside], [y for _, y in beside])
        self._fit([*known, *beside])

    def mark(self, place: int | None) -> None:
        """The point of the front that gets the ring."""
        shown = [self._places[place]] if place in self._places else []
        self._ring.setData([x for x, _ in shown], [y for _, y in shown])

    def show_present(self, place: Place | None) -> None:
        """The plan as it is, in the units of the axes; with what is done beyond it."""
        shown = [] if place is None or not math.isfinite(place[1]) else [place]
        self._present.setData([x for x, _ in shown], [y for _, y in shown])

    def show_limit(self, size: float | None, sqnr_db: float | None) -> None:
        """What was asked for, in the units of the axes."""
        self._limit.setVisible(size is not None or sqnr_db is not None)
        self._limit.setAngle(0 if size is None else 90)
        self._limit.setPos((sqnr_db or 0.0) if size is None else size)

    def at(self, scene: QPointF) -> int | None:
        """The point of the front near a place on the screen."""
        box = self._canvas.getViewBox()
        best, reach = None, float(_REACH_PX)
        for place, (x, y) in self._places.items():
            seen = box.mapViewToScene(QPointF(x, y))
            away = math.hypot(seen.x() - scene.x(), seen.y() - scene.y())
            if away < reach:
                best, reach = place, away
        return best

    def _fit(self, places: Sequence[Place]) -> None:
        if not places:
            return
        telling = [place for place in places if place[1] <= _ENOUGH_DB] or places
        xs, ys = [x for x, _ in telling], [y for _, y in telling]
        wide, tall = (max(xs) - min(xs)) or max(xs) or 1.0, (max(ys) - min(ys)) or 1.0
        self._canvas.getViewBox().setRange(
            xRange=(max(min(xs) - 0.06 * wide, 0.0), max(xs) + 0.06 * wide),
            yRange=(min(ys) - 0.08 * tall, max(ys) + 0.08 * tall),
            padding=0,
        )

    def _tint(self) -> None:
        colours = self._theme.colours
        self._line.setPen(pg.mkPen(colours.quantized, width=1.5))
        self._line.setSymbolPen(pg.mkPen(colours.quantized))
        self._line.setSymbolBrush(pg.mkBrush(colours.quantized))
        self._tried.setPen(pg.mkPen(colours.quantized, width=1.5))
        self._tried.setBrush(pg.mkBrush(colours.base))
        self._present.setPen(pg.mkPen(colours.base, width=1))
        self._present.setBrush(pg.mkBrush(colours.text))
        self._ring.setPen(pg.mkPen(colours.accent, width=2))
        self._ring.setBrush(pg.mkBrush(None))
        self._limit.setPen(pg.mkPen(colours.clip, width=1, style=Qt.PenStyle.DashLine))
        tint_legend(self._legend, colours.text)
