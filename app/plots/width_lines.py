"""The result against width: as calibrated, recovered, and fine-tuned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, Qt

from app.plots.canvas import Canvas
from app.plots.legend_text import tint_legend
from app.theme import Theme

PLAIN, RECOVERED, TUNED = "plain", "recovered", "fine-tuned"
_LOOKS = {
    PLAIN: ("o", Qt.PenStyle.DotLine),
    RECOVERED: ("s", Qt.PenStyle.DashLine),
    TUNED: ("d", Qt.PenStyle.SolidLine),
}
_HEADROOM = 0.2

Line = tuple[Sequence[int], Sequence[float]]
"""Widths in bits, and a value for each."""


class WidthLines:
    """One line a stage, over bits."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        translate = QCoreApplication.translate
        names = {
            PLAIN: translate("WidthLines", "as calibrated"),
            RECOVERED: translate("WidthLines", "recovered"),
            TUNED: translate("WidthLines", "fine-tuned"),
        }
        self._legend = canvas.addLegend(offset=(-8, 4), labelTextSize="8pt", colCount=3)
        self._lines = {}
        for stage, (symbol, _) in _LOOKS.items():
            line = self._lines[stage] = pg.PlotDataItem(symbol=symbol, symbolSize=8)
            canvas.addItem(line)
            self._legend.addItem(line, names[stage])
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, lines: Mapping[str, Line], widths: Sequence[int]) -> None:
        """`widths`: all that were asked for, also those still to come."""
        heights: list[float] = []
        for stage, item in self._lines.items():
            bits, values = lines.get(stage, ((), ()))
            item.setData(list(bits), list(values))
            heights += values
        self._canvas.getAxis("bottom").setTicks([[(w, str(w)) for w in widths]])
        low, high = min(heights, default=0.0), max(heights, default=1.0)
        room = (high - low) or 1.0
        self._canvas.getViewBox().setRange(
            xRange=(min(widths, default=1) - 0.4, max(widths, default=8) + 0.4),
            yRange=(low - 0.06 * room, high + _HEADROOM * room),
            padding=0,
        )

    def _tint(self) -> None:
        colours = self._theme.colours
        for stage, (_, style) in _LOOKS.items():
            item = self._lines[stage]
            item.setPen(pg.mkPen(colours.quantized, width=1.5, style=style))
            item.setSymbolPen(pg.mkPen(colours.quantized, width=1.5))
            fill = colours.quantized if stage == TUNED else colours.base
            item.setSymbolBrush(pg.mkBrush(fill))
        tint_legend(self._legend, colours.text)
