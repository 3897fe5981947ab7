"""Pictures of numbers beside each other: a sample with what lies over it, and maps of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ..theme import Theme, small

if TYPE_CHECKING:
    from quantengine.verdict.tasks.drawing import Pixels

_BETWEEN, _LEAST = 12, QSize(240, 120)
_LONGEST = 4
"""A map that is longer is drawn so: the places of a sequence are no picture."""
Places = NDArray[np.float64]


class HeatMap(NamedTuple):
    """Numbers from 0 on under a title, in the theme's colour of that name; `ground` lies below."""

    title: str
    values: Places
    colour: str
    ground: Pixels | None = None


class HeatMaps(QWidget):
    """As large as there is room for all; `pointed` tells row and column, None beside them."""

    pointed = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._maps: tuple[HeatMap, ...] = ()
        self.setAccessibleName(name)
        self.setMinimumSize(_LEAST)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def show_maps(self, *maps: HeatMap) -> None:
        self._maps = maps
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setFont(small(self.font()))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for each, room in zip(self._maps, self._rooms(), strict=True):
            self._draw(painter, each, room)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.pointed.emit(self._place(event.position().toPoint()))

    def leaveEvent(self, _event: object) -> None:  # noqa: N802
        self.pointed.emit(None)

    def _draw(self, painter: QPainter, each: HeatMap, room: QRect) -> None:
        colours = self._theme.colours
        painter.setPen(QColor(colours.dim))
        words = QRect(room.left(), room.top() - self._line, self.width(), self._line)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, each.title)
        ground = QColor(colours.base)
        painter.fillRect(room, ground)
        if each.ground is not None:
            painter.drawImage(room, _grey(each.ground))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, each.ground is not None)
        tint = QColor(getattr(colours, each.colour))
        painter.drawImage(
            room, _tinted(each.values, tint, power=2 if each.ground is not None else 1)
        )

    @property
    def _line(self) -> int:
        return self.fontMetrics().height() + 2

    def _rooms(self) -> list[QRect]:
        """Of equal height, as wide as each is."""
        if not self._maps:
            return []
        longs = [_length(each) for each in self._maps]
        across = self.width() - _BETWEEN * (len(longs) - 1)
        high = max(min(self.height() - self._line, across / sum(longs)), 1.0)
        rooms, x = [], 0
        for long in longs:
            size = QSize(max(round(high * long), 1), round(high))
            rooms.append(QRect(QPoint(x, self._line), size))
            x += size.width() + _BETWEEN
        return rooms

    def _place(self, at: QPoint) -> tuple[int, int] | None:
        for each, room in zip(self._maps, self._rooms(), strict=True):
            if room.contains(at):
                height, width = each.values.shape
                row = (at.y() - room.top()) * height // room.height()
                column = (at.x() - room.left()) * width // room.width()
                return min(row, height - 1), min(column, width - 1)
        return None


def _length(drawn: HeatMap) -> float:
    """Width over height; a picture keeps its own."""
    height, width = drawn.values.shape
    long = float(width / height)
    return long if drawn.ground is not None else min(max(long, 1 / _LONGEST), _LONGEST)


def _tinted(values: Places, colour: QColor, *, power: int) -> QImage:
    """The more, the less can be seen through it; with `power` only what is much."""
    height, width = values.shape
    top = float(values.max(initial=0.0)) or 1.0
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., :3] = colour.red(), colour.green(), colour.blue()
    pixels[..., 3] = np.round(255 * (values / top) ** power)
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)


def _grey(pixels: Pixels) -> QImage:
    height, width, _ = pixels.shape
    levels = np.ascontiguousarray(pixels.mean(axis=2).astype(np.uint8))
    return QImage(levels.tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
