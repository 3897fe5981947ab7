"""The values of a layer's output, small, with the range that they are clipped to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from quantengine.analyze.grid import density
from quantengine.observe.statistics import TensorStats

from ..theme import Theme, small, tabular
from ..widgets.tile import Tile

_BINS, _GAP = 72, 2
Ends = tuple[float, float]


class HistogramTile(Tile):
    """Counts as logarithms, so that what is rare and clipped is seen too.

    They are made when the tile is drawn: those that have no room cost nothing.
    """

    def __init__(self, theme: Theme, layer: str) -> None:
        super().__init__(theme)
        self.layer, self._label, self._figure = layer, layer, ""
        self._stats: TensorStats | None = None
        self._outline: QPolygonF | None = None
        """Of the bars, in a square of one by one with its zero below."""
        self._low, self._high = 0.0, 1.0
        self._ends: Ends | None = None

    @property
    def is_filled(self) -> bool:
        return not self._bars().isEmpty()

    def set_label(self, label: str) -> None:
        """What is written instead of the layer's name."""
        if label != self._label:
            self._label = label
            self.update()

    def show_values(self, stats: TensorStats | None, ends: Ends | None, figure: str) -> None:
        """`ends`: the clip range, None where there is none (yet)."""
        if stats is not self._stats:
            self._stats, self._outline = stats, None
        elif (ends, figure) == (self._ends, self._figure):
            return
        self._ends, self._figure = ends, figure
        self.update()

    def _bars(self) -> QPolygonF:
        if self._outline is None:
            self._outline = QPolygonF()
            found = None if self._stats is None else self._stats.distribution
            if found is not None and found.left.size:
                self._low, self._high = min(found.low, 0.0), max(found.high, 0.0)
                if self._low < self._high:
                    counts = density(found, np.linspace(self._low, self._high, _BINS + 1))
                    self._outline = _outline(np.log1p(counts))
        return self._outline

    def draw(self, painter: QPainter, room: QRect) -> None:
        colours = self.theme.colours
        painter.setFont(small(tabular(self.font())))
        line = painter.fontMetrics().height()
        painter.setPen(QColor(colours.dim))
        words = QRect(room.left(), room.top(), room.width(), line)
        wide = painter.fontMetrics().horizontalAdvance(self._figure) + 6
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, self._figure)
        name = painter.fontMetrics().elidedText(
            self._label, Qt.TextElideMode.ElideLeft, room.width() - wide
        )
        painter.setPen(QColor(colours.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, name)
        picture = QRectF(room.adjusted(0, line + _GAP, 0, 0))
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(picture.bottomLeft(), picture.bottomRight())
        if self.is_filled:
            self._draw_bars(painter, picture)
            self._draw_ends(painter, picture)

    def _draw_bars(self, painter: QPainter, room: QRectF) -> None:
        into = QTransform(room.width(), 0, 0, -room.height(), room.left(), room.bottom())
        fill = QColor(self.theme.colours.float_)
        fill.setAlphaF(0.75)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawPolygon(into.map(self._bars()))

    def _draw_ends(self, painter: QPainter, room: QRectF) -> None:
        """Ends that lie outside of all values clip nothing and are not drawn."""
        painter.setPen(QPen(QColor(self.theme.colours.clip), 1.5))
        for end in self._ends or ():
            share = (end - self._low) / (self._high - self._low)
            if 0 <= share <= 1:
                x = room.left() + share * room.width()
                painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))


def _outline(heights: NDArray[np.float64]) -> QPolygonF:
    """Empty where nothing was counted."""
    if not heights.any():
        return QPolygonF()
    sides = np.linspace(0.0, 1.0, heights.size + 1).repeat(2).tolist()
    tops = [0.0, *(heights / heights.max()).repeat(2).tolist(), 0.0]
    return QPolygonF([QPointF(x, y) for x, y in zip(sides, tops, strict=True)])
