"""Two figures of a row as dots on one scale, joined by a line, small enough for a cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from ..theme import Theme
from ..widgets.selected_row import Index, SelectedRow

_DOT, _INSIDE = 4.0, 8


class Dots(NamedTuple):
    """Where each lies, and which of them is filled; where none is, `other` is a diamond."""

    one: float
    two: float
    filled: int | None
    other: float | None = None


class DotPairs(SelectedRow):
    """Draws what `show` was given; the text of a cell is what is read out of it."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._dots: Sequence[Dots] = ()
        self.low, self.high = 0.0, 1.0

    def show(self, dots: Sequence[Dots]) -> None:
        """Wide enough for all; what is no finite number lies at the end."""
        values = [v for each in dots for v in (each.one, each.two, each.other) if _is_finite(v)]
        self.low = min((v for v in values if v is not None), default=0.0)
        self.high = max((v for v in values if v is not None), default=1.0)
        self._dots = dots

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        option.text = ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if not 0 <= index.row() < len(self._dots):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(option.rect).adjusted(_INSIDE, 0, -_INSIDE, 0)
        self._draw(painter, room, self._dots[index.row()])
        painter.restore()

    def _draw(self, painter: QPainter, room: QRectF, dots: Dots) -> None:
        colours = self._theme.colours
        places = [QPointF(self._x(room, value), room.center().y()) for value in dots[:2]]
        painter.setPen(QPen(QColor(colours.border), 2))
        painter.drawLine(*places)
        inks = QColor(colours.dim), QColor(colours.accent)
        for place, (at, ink) in enumerate(zip(places, inks, strict=True)):
            painter.setPen(QPen(ink, 1.5))
            painter.setBrush(ink if dots.filled == place else QColor(colours.base))
            painter.drawEllipse(at, _DOT, _DOT)
        if dots.other is not None:
            self._diamond(painter, QPointF(self._x(room, dots.other), room.center().y()))

    def _diamond(self, painter: QPainter, at: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.text))
        corners = ((0.0, -_DOT), (_DOT, 0.0), (0.0, _DOT), (-_DOT, 0.0))
        painter.drawPolygon([at + QPointF(dx, dy) for dx, dy in corners])

    def _x(self, room: QRectF, value: float) -> float:
        if not math.isfinite(value):
            return room.right() if value > 0 else room.left()
        return room.left() + room.width() * (value - self.low) / ((self.high - self.low) or 1.0)


def _is_finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
