"""Figures of every layer from the first to the last, as lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, Qt

from ..plots.canvas import Canvas
from ..plots.legend_text import tint_legend
from ..plots.upright import ChosenPlace, LimitLines
from ..theme import Theme

WEIGHT, OUTPUT, BOTH, WEIGHTS, ACTIVATIONS = "weight", "output", "both", "weights", "activations"
ALONE = (WEIGHT, OUTPUT)
ACCUMULATED = (BOTH, WEIGHTS, ACTIVATIONS)

_STALE = 0.35
_HEADROOM = 0.34
_SYMBOLS = {WEIGHT: "o", OUTPUT: "s", BOTH: "d"}
_STYLES = {
    WEIGHT: Qt.PenStyle.DotLine,
    OUTPUT: Qt.PenStyle.DotLine,
    BOTH: Qt.PenStyle.SolidLine,
    WEIGHTS: Qt.PenStyle.DashLine,
    ACTIVATIONS: Qt.PenStyle.DashDotLine,
}


class DepthCurves:
    """SQNR in dB over layers; a click in the legend hides a line."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self._heights: dict[str, list[float]] = {}
        self._legend = canvas.addLegend(offset=(-8, 4), labelTextSize="8pt", colCount=2)
        self.curves = {
            key: pg.PlotDataItem(symbol=_SYMBOLS.get(key), symbolSize=7)
            for key in (*ALONE, *ACCUMULATED)
        }
        for key, name in _names().items():
            canvas.addItem(self.curves[key])
            self._legend.addItem(self.curves[key], name)
        self._limits = LimitLines(canvas, theme)
        self.select = ChosenPlace(canvas, theme).choose
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, key: str, values: Sequence[float | None]) -> None:
        """A value a layer; None and what is not finite are left out."""
        found = np.array([np.nan if value is None else value for value in values], float)
        usable = np.flatnonzero(np.isfinite(found))
        self.curves[key].setData(usable, found[usable])
        self._heights[key] = found[usable].tolist()

    def clear(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.show(key, ())

    def set_stale(self, stale: bool) -> None:
        """Pales what was accumulated under another plan."""
        for key in ACCUMULATED:
            self.curves[key].setOpacity(_STALE if stale else 1.0)

    def fit(self, count: int) -> None:
        """All layers, from 0 dB or below, with room for the legend above."""
        heights = [value for values in self._heights.values() for value in values]
        low, high = min([0.0, *heights]), max([self._theme.limits_db[-1], *heights])
        room = high - low
        self._canvas.getViewBox().setRange(
            xRange=(-0.5, max(count, 1) - 0.5),
            yRange=(low - 0.02 * room, high + _HEADROOM * room),
            padding=0,
        )

    def _tint(self) -> None:
        colours = self._theme.colours
        for key, curve in self.curves.items():
            alone = key in ALONE
            colour = colours.quantized if alone else colours.text
            curve.setPen(pg.mkPen(colour, width=2 if key == BOTH else 1, style=_STYLES[key]))
            curve.setSymbolPen(pg.mkPen(colour, width=1.5))
            curve.setSymbolBrush(pg.mkBrush(colours.base if key == WEIGHT else colour))
        tint_legend(self._legend, colours.text)


def _names() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        WEIGHT: translate("DepthCurves", "weight alone"),
        OUTPUT: translate("DepthCurves", "output alone"),
        BOTH: translate("DepthCurves", "accumulated"),
        WEIGHTS: translate("DepthCurves", "accumulated, weights only"),
        ACTIVATIONS: translate("DepthCurves", "accumulated, activations only"),
    }
