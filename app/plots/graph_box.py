"""One box of the drawn model, and one wire between two."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from ..colours import Colours
from ..text import in_line
from ..wiring import Key, Point, Wire

WIDTH, HEIGHT = 176.0, 40.0
BOUNDS = QRectF(-WIDTH / 2 - 3, -HEIGHT / 2 - 3, WIDTH + 6, HEIGHT + 6)
"""Of a box around its middle, its edge included."""
ACROSS, DOWN = 204.0, 68.0
READABLE = 0.5
"""Scale below which a box is a patch of colour without text."""

_CHIP, _BEND, _BETWEEN = 6.0, 8.0, 8.0
_FAINT = 0.18
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Look:
    """How a box is shown; `colour` is that of its figure, None without one."""

    figure: str = ""
    colour: QColor | None = None
    keeps_float: bool = False


class Box(QGraphicsItem):
    """Name, operator and figure, with a chip in the colour of the figure."""

    def __init__(self, key: Key, operator: str, at: Point, colours: Colours) -> None:
        super().__init__()
        self.key = key
        self.operator = operator
        self.colours = colours
        self.look = Look()
        self.chosen = False
        self.scale_shown = 1.0
        self.setPos(position(at))
        self.setZValue(1)

    @property
    def name(self) -> str:
        return self.key[1]

    def set_faint(self, faint: bool) -> None:
        self.setOpacity(_FAINT if faint else 1.0)

    def boundingRect(self) -> QRectF:  # noqa: N802
        return BOUNDS

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002
        widget: QWidget | None = None,  # noqa: ARG002
    ) -> None:
        area = QRectF(-WIDTH / 2, -HEIGHT / 2, WIDTH, HEIGHT)
        if painter.worldTransform().m11() < READABLE:
            self._paint_patch(painter, area)
        else:
            self._paint_text(painter, area)

    def _paint_patch(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, self.look.colour or QColor(self.colours.border))
        if self.chosen:
            pen = QPen(QColor(self.colours.accent), 4)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area)

    def _paint_text(self, painter: QPainter, area: QRectF) -> None:
        c = self.colours
        edge = QPen(QColor(c.accent if self.chosen else c.dim), 2.5 if self.chosen else 1)
        if self.look.keeps_float and not self.chosen:
            edge.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(edge)
        painter.setBrush(QColor(c.window if self.look.keeps_float else c.base))
        painter.drawRoundedRect(area, 4, 4)
        if self.look.colour is not None:
            chip = QRectF(area.left() + 4, area.top() + 4, _CHIP, area.height() - 8)
            painter.fillRect(chip, self.look.colour)
        inner = area.adjusted(16, 3, -8, -3)
        upper = QRectF(inner.left(), inner.top(), inner.width(), inner.height() / 2)
        lower = upper.translated(0, inner.height() / 2)
        metrics = QFontMetricsF(painter.font())
        name = metrics.elidedText(in_line(self.name), Qt.TextElideMode.ElideLeft, inner.width())
        painter.setPen(QColor(c.text))
        painter.drawText(upper, _LEFT, name)
        figure, room = self.look.figure, lower.width()
        if figure:
            painter.drawText(lower, _RIGHT, figure)
            room -= metrics.horizontalAdvance(figure) + _BETWEEN
        painter.setPen(QColor(c.dim))
        operator = metrics.elidedText(in_line(self.operator), Qt.TextElideMode.ElideRight, room)
        painter.drawText(lower, _LEFT, operator)


class Line(QGraphicsPathItem):
    """A wire; its colour says whether it carries float numbers or codes."""

    def __init__(self, wire: Wire, path: QPainterPath) -> None:
        super().__init__(path)
        self.wire = wire

    def tint(self, colour: str) -> None:
        pen = QPen(QColor(colour), 1.5)
        pen.setCosmetic(True)
        self.setPen(pen)


def position(at: Point) -> QPointF:
    """The middle of a box in the scene."""
    return QPointF(at[0] * ACROSS, at[1] * DOWN)


def path_of(points: list[QPointF]) -> QPainterPath:
    """Curves between the rows, straight past the boxes of a row, around a column by corners."""
    half = QPointF(0, HEIGHT / 2)
    path = QPainterPath(points[0] + half)
    for place, end in enumerate(points[1:-1], 1):
        start, onward = points[place - 1], points[place + 1]
        if not _is_straight(start, end):
            _curve(path, end - half)
            path.lineTo(end + half)
        elif _is_straight(end, onward):
            _turn(path, end, onward)
        else:
            path.lineTo(end + half)
    _curve(path, points[-1] - half)
    return path


def _is_straight(start: QPointF, end: QPointF) -> bool:
    return start.x() == end.x() or start.y() == end.y()


def _curve(path: QPainterPath, end: QPointF) -> None:
    start = path.currentPosition()
    middle = (start.y() + end.y()) / 2
    path.cubicTo(QPointF(start.x(), middle), QPointF(end.x(), middle), end)


def _turn(path: QPainterPath, corner: QPointF, onward: QPointF) -> None:
    """Up to a corner, and round it."""
    before, behind = QLineF(corner, path.currentPosition()), QLineF(corner, onward)
    for line in (before, behind):
        line.setLength(min(_BEND, line.length() / 2))
    path.lineTo(before.p2())
    path.quadTo(corner, behind.p2())
