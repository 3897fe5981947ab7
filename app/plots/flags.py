"""Words at some points of a plot, written above it where no line runs under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QGraphicsItemGroup,
    QGraphicsLineItem,
    QGraphicsSimpleTextItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from ..plots.canvas import Canvas
from ..theme import Theme

_LINE, _AWAY, _TOP = 18, 20, 4
"""Height of a line of words, and their distances from point and top, in pixels."""
_GROUND = 0.8
"""How much the ground of words hides."""


@dataclass(frozen=True)
class Flag:
    """A point in data coordinates, and what is said of it."""

    x: float
    y: float
    text: str


class _Words(QGraphicsSimpleTextItem):
    """On a ground of its own: a line that runs under it does not strike it out."""

    ground = QColor()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.fillRect(self.boundingRect(), self.ground)
        super().paint(painter, option, widget)  # type: ignore[arg-type]


class Flags(pg.ScatterPlotItem):
    """Dots, each led to its words; words that would leave the plot are written to the left."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        super().__init__(size=10, pxMode=True)
        self._canvas, self._theme = canvas, theme
        self._flags: tuple[Flag, ...] = ()
        self._words: list[tuple[_Words, QGraphicsLineItem]] = []
        self._group = QGraphicsItemGroup()
        self._group.setZValue(50)
        canvas.scene().addItem(self._group)
        canvas.addItem(self, ignoreBounds=True)
        self.setZValue(30)
        box = canvas.getViewBox()
        for moved in (box.sigTransformChanged, box.sigResized):
            moved.connect(self._place)
        theme.changed.connect(self._tint)

    def show(self, flags: Sequence[Flag]) -> None:
        if tuple(flags) == self._flags:
            return
        self._flags = tuple(flags)
        self.setData([flag.x for flag in flags], [flag.y for flag in flags])
        for item in (each for pair in self._words for each in pair):
            self._group.removeFromGroup(item)
            self._canvas.scene().removeItem(item)
        self._words = []
        for flag in flags:
            words, line = _Words(flag.text), QGraphicsLineItem()
            words.setFont(self._canvas.font())
            for item in (words, line):
                self._group.addToGroup(item)
            self._words.append((words, line))
        self._tint()
        self._place()

    def setOpacity(self, opacity: float) -> None:  # noqa: N802
        super().setOpacity(opacity)
        self._group.setOpacity(opacity)

    def texts(self) -> tuple[str, ...]:
        return tuple(flag.text for flag in self._flags)

    def _place(self, *_: object) -> None:
        """Words in lines from the top, in an order in which no line runs through words below."""
        box = self._canvas.getViewBox()
        room: QRectF = box.sceneBoundingRect()
        right: list[tuple[QPointF, _Words, QGraphicsLineItem]] = []
        left_of: list[tuple[QPointF, _Words, QGraphicsLineItem]] = []
        for flag, (words, line) in zip(self._flags, self._words, strict=True):
            at = box.mapViewToScene(QPointF(flag.x, flag.y))
            inside = room.left() <= at.x() <= room.right()
            words.setVisible(inside)
            line.setVisible(inside)
            leaves = at.x() + _AWAY + words.boundingRect().width() > room.right()
            (left_of if leaves else right).append((at, words, line))
        for row, (at, words, line) in enumerate([*right, *reversed(left_of)]):
            size = words.boundingRect()
            left = at.x() + _AWAY
            if row >= len(right):
                left = max(at.x() - _AWAY - size.width(), room.left() + _TOP)
            top = room.top() + _TOP + row * _LINE
            words.setPos(left, top)
            middle = top + size.height() / 2
            end = left - 3 if left > at.x() else left + size.width() + 3
            if left <= at.x() <= left + size.width():
                end, middle = at.x(), top + size.height()
            line.setLine(at.x(), at.y(), end, middle)

    def _tint(self) -> None:
        colour, ground = QColor(self._theme.colours.clip), QColor(self._theme.colours.base)
        ground.setAlphaF(_GROUND)
        self.setPen(pg.mkPen(None))
        self.setBrush(pg.mkBrush(colour))
        for words, line in self._words:
            words.setBrush(colour)
            words.ground = ground
            line.setPen(pg.mkPen(colour, width=1))
