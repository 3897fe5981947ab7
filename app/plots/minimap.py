"""The whole of a drawing, small, with what is seen of it: where it does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGraphicsView, QWidget

from ..plots.graph_box import BOUNDS, Box
from ..theme import Theme

_LARGEST, _EDGE, _INSIDE = 150.0, 12, 4
_MARGIN = 16.0
"""Around the boxes of a drawing, where there is nothing to see."""


class Minimap(QWidget):
    """In the lower right corner; a click or a drag moves what is seen."""

    def __init__(
        self,
        view: QGraphicsView,
        theme: Theme,
        area: Callable[[], QRectF],
        boxes: Callable[[], Iterable[Box]],
    ) -> None:
        """`area`: of the whole drawing."""
        super().__init__(view)
        self._view, self._theme, self._area, self._boxes = view, theme, area, boxes
        self.setAccessibleName(self.tr("The whole drawing"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self.follow)
            bar.rangeChanged.connect(self.follow)
        theme.changed.connect(self.update)
        self.hide()

    def follow(self) -> None:
        """Brings it up to what is drawn and seen."""
        whole, viewport = self._area(), self._view.viewport()
        boxes = whole.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self.setVisible(not self._seen.contains(boxes) and whole.width() > 0)
        scale = min(_LARGEST / whole.width(), _LARGEST / whole.height()) if whole.width() else 0.0
        wide, high = round(whole.width() * scale), round(whole.height() * scale)
        self.setFixedSize(max(wide, 24) + 2 * _INSIDE, max(high, 24) + 2 * _INSIDE)
        at = viewport.geometry().bottomRight()
        self.move(at.x() - self.width() - _EDGE, at.y() - self.height() - _EDGE)
        self._make_room()
        self.update()

    def _make_room(self) -> None:
        """So that the last boxes can be scrolled out from under the map."""
        covered = 0 if self.isHidden() else self.height() + 2 * _EDGE
        area = self._area().adjusted(0, 0, 0, covered / max(self._view.transform().m11(), 1e-6))
        if area != self._view.sceneRect():
            self._view.setSceneRect(area)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours, painter = self._theme.colours, QPainter(self)
        painter.setPen(QColor(colours.border))
        painter.setBrush(QColor(colours.window))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.translate(_INSIDE, _INSIDE)
        painter.scale(self._scale, self._scale)
        painter.translate(-self._area().topLeft())
        for box in self._boxes():
            colour = box.look.colour or QColor(colours.dim)
            painter.fillRect(BOUNDS.translated(box.pos()), colours.accent if box.chosen else colour)
        pen = QPen(QColor(colours.accent), 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self._seen.intersected(self._area()))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        inside = event.position() - QPointF(_INSIDE, _INSIDE)
        self._view.centerOn(inside / self._scale + self._area().topLeft())
        event.accept()

    @property
    def _seen(self) -> QRectF:
        return self._view.mapToScene(self._view.viewport().rect()).boundingRect()

    @property
    def _scale(self) -> float:
        whole = self._area()
        return min(_LARGEST / max(whole.width(), 1), _LARGEST / max(whole.height(), 1))
