"""A range over the values that it clips, small enough for a cell of a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionViewItem

from quantengine.analyze.grid import density
from quantengine.observe.distribution import Distribution

from ..theme import Theme
from ..widgets.selected_row import Index, SelectedRow

_BINS, _INSIDE = 96, 3
_CLIPPED = 0.35
"""How strongly values are drawn that lie outside of the range."""
Ends = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """What all strips of a table share: from where to where, and counts as shares of the most."""

    low: float
    high: float
    heights: tuple[float, ...]

    @classmethod
    def of(cls, values: Distribution, ends: list[Ends]) -> Scale:
        """Wide enough for the values, zero and every range; counts are logarithms."""
        low = min(values.low, 0.0, *(low for low, _ in ends))
        high = max(values.high, 0.0, *(high for _, high in ends))
        if not low < high:
            return cls(low, low + 1.0, ())
        counts = np.log1p(density(values, np.linspace(low, high, _BINS + 1)))
        return cls(low, high, tuple((counts / max(float(counts.max()), 1e-9)).tolist()))

    def share(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


class RangeStrips(SelectedRow):
    """Draws what `show` was given; the text of a cell is what is read out of it."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale: Scale | None = None
        self._ends: list[Ends] = []
        self._outline = QPolygonF()

    def show(self, scale: Scale, ends: list[Ends]) -> None:
        """`ends`: of each row."""
        self._scale, self._ends = scale, ends
        self._outline = _outline(scale.heights)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        option.text = ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if self._scale is None or not 0 <= index.row() < len(self._ends):
            return
        painter.save()
        painter.setClipRect(option.rect)
        room = QRectF(option.rect).adjusted(_INSIDE, _INSIDE, -_INSIDE, -_INSIDE)
        self._draw(painter, room, self._scale, self._ends[index.row()])
        painter.restore()

    def _draw(self, painter: QPainter, room: QRectF, scale: Scale, ends: Ends) -> None:
        colours, place = self._theme.colours, QTransform.fromTranslate(room.left(), room.top())
        shape = place.scale(room.width(), room.height()).map(self._outline)
        left, right = (room.left() + scale.share(end) * room.width() for end in ends)
        inside = QRectF(QPointF(left, room.top()), QPointF(right, room.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        for part, strength in ((room, _CLIPPED), (inside, 1.0)):
            fill = QColor(colours.float_)
            fill.setAlphaF(strength)
            painter.setBrush(fill)
            painter.setClipRect(part, Qt.ClipOperation.ReplaceClip)
            painter.drawPolygon(shape)
        painter.setClipRect(room.adjusted(-1, 0, 1, 0), Qt.ClipOperation.ReplaceClip)
        painter.setPen(QPen(QColor(colours.clip), 1.5))
        for x in (left, right):
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))


def _outline(heights: tuple[float, ...]) -> QPolygonF:
    """Steps from the left foot to the right one, in a square of side 1."""
    wide = 1 / max(len(heights), 1)
    points = [QPointF(0, 1)]
    for place, height in enumerate(heights):
        points += [QPointF(place * wide, 1 - height), QPointF((place + 1) * wide, 1 - height)]
    return QPolygonF([*points, QPointF(1, 1)])
