"""The result against width: as calibrated, recovered, and fine-tuned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, Qt

from ..plots.canvas import Canvas
from ..plots.legend_above import legend_above
from ..plots.legend_text import tint_legend
from ..theme import Theme

PLAIN, RECOVERED, TUNED = "plain", "recovered", "fine-tuned"
_LOOKS = {
    PLAIN: ("o", Qt.PenStyle.DotLine),
    RECOVERED: ("s", Qt.PenStyle.DashLine),
    TUNED: ("d", Qt.PenStyle.SolidLine),
}
_ROOM = 0.06

Line = tuple[Sequence[int], Sequence[float]]
"""Widths in bits, and a value for each."""


class WidthLines:
    """One line a stage, over bits: told apart by colour, stroke and mark."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        translate = QCoreApplication.translate
        names = {
            PLAIN: translate("WidthLines", "as calibrated"),
            RECOVERED: translate("WidthLines", "recovered"),
            TUNED: translate("WidthLines", "fine-tuned"),
        }
        self._legend = legend_above(canvas, columns=len(_LOOKS))
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
            yRange=(low - _ROOM * room, high + _ROOM * room),
            padding=0,
        )

    def _tint(self) -> None:
        colours = self._theme.colours
        strokes = {
            PLAIN: colours.dim,
            RECOVERED: colours.recovered,
            TUNED: colours.quantized,
        }
        for stage, (_, style) in _LOOKS.items():
            item, stroke = self._lines[stage], strokes[stage]
            item.setPen(pg.mkPen(stroke, width=1.5, style=style))
            item.setSymbolPen(pg.mkPen(stroke, width=1.5))
            item.setSymbolBrush(pg.mkBrush(stroke if stage == TUNED else colours.base))
        tint_legend(self._legend, colours.text)
