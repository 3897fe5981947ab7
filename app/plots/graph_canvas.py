"""The drawn model: wheel zooms, drag pans, double click fits, arrow keys follow the wires."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QGraphicsScene,
    QGraphicsView,
    QMenu,
)

from ..plots.checked_place import CheckedPlace
from ..plots.drawing import Drawing
from ..plots.graph_box import Box, Line, Look
from ..plots.minimap import Minimap
from ..theme import Theme
from ..wiring import Key, Wiring

LARGEST = 2.5
WORTH_FITTING = 0.6
"""A drawing that fits at this scale is shown whole at first."""
_LARGEST_WHOLE = 1.6
"""A small model does not become coarse on a large screen."""
_NOTCH = 1.0015
_SMALLEST = 0.005
_MARGIN = 16.0


class GraphCanvas(CheckedPlace, QGraphicsView):
    clicked = Signal(object, bool)
    """The key of a box, and whether it joins the selection."""
    pointed = Signal(object)
    """The key of the box under the mouse, None beside all boxes."""
    opened = Signal(object)
    """The key of a box that was double-clicked, or chosen when Return is pressed."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._pressed: QPoint | None = None
        self._wiring: Wiring | None = None
        self.area = QRectF()
        """Of the drawing, and its margin."""
        self.boxes: dict[Key, Box] = {}
        self.lines: list[Line] = []
        self.setAccessibleName(name)
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setInteractive(False)
        self.setMouseTracking(True)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.minimap = Minimap(self, theme, lambda: self.area, lambda: list(self.boxes.values()))
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    @property
    def zoom(self) -> float:
        """Screen pixels for a pixel of the drawing."""
        return self.transform().m11()

    def show_drawing(self, drawing: Drawing) -> None:
        """Replaces what was drawn."""
        scene, wiring = self.scene(), drawing.wiring
        scene.clear()
        self._wiring = wiring
        self.boxes, self.lines = {}, []
        for wire, path in zip(wiring.wires, drawing.paths, strict=True):
            line = Line(wire, path)
            scene.addItem(line)
            self.lines.append(line)
        for key, at in wiring.places.items():
            box = Box(key, wiring.operators[key], at, self._theme.colours)
            scene.addItem(box)
            self.boxes[key] = box
        self.area = drawing.area.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        scene.setSceneRect(self.area)
        self.minimap.follow()

    def show_looks(self, looks: Mapping[Key, Look], carrying_codes: Collection[str]) -> None:
        """`carrying_codes`: the tensors that are integers on their way."""
        colours = self._theme.colours
        for key, box in self.boxes.items():
            box.look = looks.get(key, Look())
        for line in self.lines:
            coded = line.wire.tensor in carrying_codes
            line.tint(colours.quantized if coded else colours.float_)
        self.viewport().update()
        self.minimap.update()

    def show_chosen(self, keys: Collection[Key]) -> None:
        for key, box in self.boxes.items():
            box.chosen = key in keys
            box.setZValue(2 if box.chosen else 1)
        self.viewport().update()
        self.minimap.update()

    def show_matches(self, keys: Collection[Key] | None) -> None:
        """Fades all others; None fades nothing."""
        for key, box in self.boxes.items():
            box.set_faint(keys is not None and key not in keys)

    def start_at(self, key: Key | None) -> None:
        """The whole drawing where it stays readable, else one box in the middle."""
        self.fit()
        if self.zoom < WORTH_FITTING:
            self.resetTransform()
            first = next(iter(self.boxes), None)
            box = self.boxes.get(key or ("", "")) or self.boxes.get(first or ("", ""))
            if box is not None:
                self.centerOn(box)

    def reveal(self, key: Key) -> None:
        """Moves a box into view; one that is in view stays where it is."""
        box = self.boxes.get(key)
        if box is None:
            return
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        if not seen.contains(box.sceneBoundingRect()):
            self.centerOn(box)

    def fit(self) -> None:
        around = 0.5 * _MARGIN  # so that scroll bars go
        whole = self.area.adjusted(-around, -around, around, around)
        self.fitInView(whole, Qt.AspectRatioMode.KeepAspectRatio)
        if self.zoom > _LARGEST_WHOLE:
            self.resetTransform()
            self.zoom_by(_LARGEST_WHOLE)
            self.centerOn(whole.center())
        self.minimap.follow()

    def zoom_by(self, factor: float) -> None:
        wanted = min(max(self.zoom * factor, _SMALLEST), LARGEST)
        self.scale(wanted / self.zoom, wanted / self.zoom)
        self.minimap.follow()

    def box_at(self, at: QPoint) -> Box | None:
        found = self.itemAt(at)
        return found if isinstance(found, Box) else None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self.zoom_by(_NOTCH ** event.angleDelta().y())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        box = self.box_at(event.position().toPoint())
        if not event.buttons():
            shape = Qt.CursorShape.ArrowCursor if box is None else Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(shape)
        self.pointed.emit(None if box is None else box.key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        started, self._pressed = self._pressed, None
        at = event.position().toPoint()
        if started is None or (at - started).manhattanLength() > QApplication.startDragDistance():
            return
        box = self.box_at(at)
        if box is not None:
            joins = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.clicked.emit(box.key, joins)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        box = self.box_at(event.position().toPoint())
        if box is None:
            self.fit()
        else:
            self.opened.emit(box.key)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.minimap.follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(0.8)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_Home):
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            for chosen in self._chosen()[:1]:
                self.opened.emit(chosen)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._follow_wire(down=key == Qt.Key.Key_Down)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_aside(1 if key == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        menu = QMenu(self)
        menu.addAction(
            self.tr("Copy picture"), lambda: QGuiApplication.clipboard().setPixmap(self.grab())
        )
        menu.addAction(self.tr("Save picture as PNG or SVG"), self._ask_save)
        menu.addSeparator()
        menu.addAction(self.tr("Fit"), self.fit)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def save(self, path: Path) -> None:
        """The whole drawing as SVG, what is seen of it as PNG; raises QuantError."""
        from quantengine.files import whole_file

        self.check(path)
        with whole_file(path) as beside:
            if path.suffix.lower() != ".svg":
                self.grab().save(str(beside), "PNG")
                return
            area = self.area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
            generator = QSvgGenerator()
            generator.setFileName(str(beside))
            generator.setSize(QSize(round(area.width()), round(area.height())))
            generator.setViewBox(QRectF(QPointF(0, 0), area.size()))
            painter = QPainter(generator)
            painter.fillRect(QRectF(QPointF(0, 0), area.size()), QColor(self._theme.colours.base))
            self.scene().render(painter, source=area)
            painter.end()

    def _follow_wire(self, *, down: bool) -> None:
        """To a box beyond those that are chosen: a layer may be several."""
        if self._wiring is None:
            return
        follow = self._wiring.below if down else self._wiring.above
        chosen = self._chosen()
        ahead = [key for each in chosen for key in follow(each) if key not in chosen]
        if ahead:
            self.clicked.emit(ahead[0], False)

    def _step_aside(self, by: int) -> None:
        """To the next box of the same row."""
        chosen = self._chosen()
        if not chosen or self._wiring is None:
            return
        places = self._wiring.places
        row = places[chosen[0]][1]
        beside = sorted((x, key) for key, (x, y) in places.items() if y == row)
        place = [key for _, key in beside].index(chosen[0]) + by
        if 0 <= place < len(beside):
            self.clicked.emit(beside[place][1], False)

    def _chosen(self) -> list[Key]:
        return [key for key, box in self.boxes.items() if box.chosen]

    def _ask_save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save picture"), "graph.svg", "SVG (*.svg);;PNG (*.png)"
        )
        if chosen:
            self.save(Path(chosen))

    def _follow_theme(self) -> None:
        self.setBackgroundBrush(QColor(self._theme.colours.base))
        for box in self.boxes.values():
            box.colours = self._theme.colours
        self.viewport().update()
