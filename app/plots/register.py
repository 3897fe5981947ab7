"""How much of a register the sums of a layer fill."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import Qt

from quantengine.formats.accumulator import AccumulatorRange

from ..plots.canvas import Canvas
from ..theme import Theme

_WIDTHS = (16, 24, 32)
_HEIGHT = 0.5


class Register:
    """A bar from the lowest to the highest sum, in bits on either side of zero."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._theme = theme
        self._bar = pg.BarGraphItem(x0=[0.0], x1=[0.0], y=[0.0], height=_HEIGHT)
        canvas.addItem(self._bar)
        self._lines: list[pg.InfiniteLine] = []
        for width in _WIDTHS:
            for side, at in ((-1, -0.12), (1, 1.12)):
                line = pg.InfiniteLine(
                    pos=side * (width - 1),
                    angle=90,
                    label=f"int{width}",
                    labelOpts={"position": 0.9, "anchors": [(at, 0.5), (at, 0.5)]},
                )
                canvas.addItem(line, ignoreBounds=True)
                self._lines.append(line)
        ticks = [(side * bits, str(bits)) for bits in (8, 16, 24, 32) for side in (-1, 1)]
        canvas.getAxis("bottom").setTicks([[(0.0, "0"), *ticks]])
        canvas.getAxis("left").hide()
        box = canvas.getViewBox()
        box.setMouseEnabled(x=False, y=False)
        box.setXRange(-36, 36, padding=0)
        box.setYRange(-0.5, 0.8, padding=0)
        theme.changed.connect(self._tint)
        self._tint()

    def show(self, sums: AccumulatorRange | None) -> None:
        low, high = (0.0, 0.0) if sums is None else (_bits(sums.low), _bits(sums.high))
        self._bar.setOpts(x0=[low], x1=[high])

    def _tint(self) -> None:
        colours = self._theme.colours
        self._bar.setOpts(brush=pg.mkBrush(colours.quantized), pen=pg.mkPen(None))
        for line in self._lines:
            outermost = abs(line.value()) == _WIDTHS[-1] - 1
            colour = colours.clip if outermost else colours.dim
            style = Qt.PenStyle.SolidLine if outermost else Qt.PenStyle.DashLine
            line.setPen(pg.mkPen(colour, width=1.5 if outermost else 1, style=style))
            line.label.setColor(colour)


def _bits(value: int) -> float:
    """Where a sum stands on an axis of bits: its sign and the logarithm of its size."""
    return math.copysign(math.log2(abs(value) + 1), value)
