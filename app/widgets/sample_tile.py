"""A sample with what both networks say of it, small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from ..theme import Theme, small, tabular
from ..translation import said
from ..widgets.tile import Tile

if TYPE_CHECKING:
    from quantengine.analyze.worst import Answer, WorstSample
    from quantengine.verdict.tasks.drawing import Pixels

_TEXT_LINES, _GAP, _AROUND = 3, 4, 12
_ANY = 10_000


class SampleTile(Tile):
    """The picture, one for each network where they draw differently; curves where there is none."""

    def __init__(self, theme: Theme, sample: WorstSample, figure: str, decibels: str) -> None:
        super().__init__(theme)
        self.sample = sample
        self._below = "  ".join(filter(None, (figure, decibels)))
        answers = (sample.reference, sample.candidate)
        self._pixmaps = _pixmaps(*answers)
        self._fitted: list[QPixmap] = []
        self._across = True
        self._fitted_to = QSize()
        self._lines = () if self._pixmaps else tuple(_polygon(each, answers) for each in answers)
        self._said = said(sample.reference.text), said(sample.candidate.text)
        told = "\n".join(filter(None, self._said))
        self.set_names(sample.name, f"{sample.name}\n{told}\n{self._below}")

    @property
    def is_pair(self) -> bool:
        """Whether both networks draw, which needs more room."""
        return len(self._pixmaps) > 1

    @property
    def words_width(self) -> int:
        """At which nothing that is said is cut off, in pixels."""
        metrics = self.fontMetrics()
        return max(map(metrics.horizontalAdvance, self._said)) + _AROUND

    @property
    def _line_height(self) -> int:
        """Letters that another font stands in for may be higher than those of the own one."""
        room, metrics = QRect(0, 0, _ANY, _ANY), self.fontMetrics()
        return max(metrics.boundingRect(room, 0, text).height() for text in (*self._said, "x"))

    def draw(self, painter: QPainter, room: QRect) -> None:
        line = self._line_height
        texts = (_TEXT_LINES if self._said[0] else 2) * line
        picture = room.adjusted(0, 0, 0, -texts - _GAP)
        if self._pixmaps:
            picture.setHeight(self._draw_pictures(painter, picture))
        else:
            self._draw_curves(painter, picture)
        self._draw_words(painter, QRect(room.left(), picture.bottom() + _GAP, room.width(), line))

    def _draw_pictures(self, painter: QPainter, room: QRect) -> int:
        """Two lie beside or below each other, as they are seen larger; how high they are."""
        if self._fitted_to != room.size():
            self._fitted_to = room.size()
            ways = [_fitted(self._pixmaps, room.size(), across) for across in (True, False)]
            self._across = _area(ways[0]) >= _area(ways[1])
            self._fitted = ways[0] if self._across else ways[1]
        at = room.topLeft()
        for fitted in self._fitted:
            painter.drawPixmap(at, fitted)
            at += QPoint(fitted.width() + _GAP, 0) if self._across else QPoint(0, _below(fitted))
        heights = [fitted.height() for fitted in self._fitted]
        return max(heights) if self._across else sum(heights) + _GAP * (len(heights) - 1)

    def _draw_curves(self, painter: QPainter, room: QRect) -> None:
        colours = self.theme.colours
        painter.fillRect(room, QColor(colours.window))
        strokes = ((colours.float_, 2.4), (colours.quantized, 1.0))
        for polygon, (colour, wide) in zip(self._lines, strokes, strict=True):
            painter.setPen(QPen(QColor(colour), wide))
            points = (
                QPointF(room.left() + p.x() * room.width(), room.bottom() - p.y() * room.height())
                for p in polygon
            )
            painter.drawPolyline(QPolygonF(list(points)))

    def _draw_words(self, painter: QPainter, line: QRect) -> None:
        """What float says, what int8 says in colour where it differs, and the figures."""
        colours, sample = self.theme.colours, self.sample
        name = sample.name.rsplit("/", 1)[-1]
        before, after = self._said
        texts = [(before, colours.text)] if before else []
        texts += [(after, colours.clip if sample.changed else colours.text)]
        if not before:
            texts = [(name, colours.text)]
        for text, colour in (*texts, (self._below, colours.dim)):
            below = text is self._below
            painter.setFont(tabular(small(self.font()) if below else self.font()))
            painter.setPen(QColor(colour))
            elided = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, line.width()
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, elided)
            line.translate(0, line.height())


def _fitted(pixmaps: tuple[QPixmap, ...], room: QSize, across: bool) -> list[QPixmap]:
    """Each is seen whole."""
    smooth = Qt.TransformationMode.SmoothTransformation
    if len(pixmaps) == 1:
        return [pixmaps[0].scaled(room, Qt.AspectRatioMode.KeepAspectRatio, smooth)]
    half = QSize((room.width() - _GAP) // 2, room.height())
    if not across:
        half = QSize(room.width(), (room.height() - _GAP) // 2)
    return [each.scaled(half, Qt.AspectRatioMode.KeepAspectRatio, smooth) for each in pixmaps]


def _area(pixmaps: list[QPixmap]) -> int:
    return sum(each.width() * each.height() for each in pixmaps)


def _below(pixmap: QPixmap) -> int:
    return pixmap.height() + _GAP


def _pixmaps(reference: Answer, candidate: Answer) -> tuple[QPixmap, ...]:
    ours, theirs = reference.picture, candidate.picture
    if ours is None or theirs is None:
        return ()
    if ours.shape == theirs.shape and np.array_equal(ours, theirs):
        return (_pixmap(theirs),)
    return _pixmap(ours), _pixmap(theirs)


def _pixmap(pixels: Pixels) -> QPixmap:
    height, width, channels = pixels.shape
    data = np.ascontiguousarray(pixels).tobytes()
    kind = QImage.Format.Format_RGB888
    return QPixmap.fromImage(QImage(data, width, height, width * channels, kind))


def _polygon(answer: Answer, both: tuple[Answer, Answer]) -> tuple[QPointF, ...]:
    """In shares of the room, on one scale for both networks."""
    values = np.concatenate([each.curve[np.isfinite(each.curve)] for each in both])
    usable = np.flatnonzero(np.isfinite(answer.curve))
    if not values.size or not usable.size:
        return ()
    low, span = float(values.min()), float(np.ptp(values)) or 1.0
    last = max(answer.curve.size - 1, 1)
    return tuple(
        QPointF(place / last, (float(answer.curve[place]) - low) / span) for place in usable
    )
