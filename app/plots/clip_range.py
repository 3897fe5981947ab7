"""The clip range as two lines that can be dragged."""

from __future__ import annotations

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtCore import QObject, Qt, Signal

from ..plots.canvas import Canvas
from ..theme import Theme

SNAP_PIXELS = 6


class _Line(pg.InfiniteLine):
    """Tells where it is pulled to; its owner decides where it goes."""

    pulled = Signal(float, bool)
    """x, and whether Alt is held."""
    let_go = Signal()

    def __init__(self) -> None:
        super().__init__(angle=90, movable=True)
        self._grip = 0.0
        self.setZValue(20)

    def mouseDragEvent(self, event: MouseDragEvent) -> None:  # noqa: N802
        if not self.movable or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        if event.isStart():
            self._grip = self.pos().x() - self.mapToParent(event.buttonDownPos()).x()
        x = self._grip + self.mapToParent(event.pos()).x()
        self.pulled.emit(x, bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
        if event.isFinish():
            self.let_go.emit()


class ClipRange(QObject):
    """`moved` while a line is dragged, `settled` when it is let go; both in real numbers."""

    moved = Signal(float, float)
    settled = Signal(float, float)

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._theme = theme
        self._ends = [0.0, 0.0]
        self._mirrored = False
        self._snaps: tuple[float, ...] = ()
        self.active = 1
        """Which end the arrow keys move: 0 is low, 1 is high."""
        self.lines = (_Line(), _Line())
        for end, line in enumerate(self.lines):
            canvas.addItem(line, ignoreBounds=True)
            line.pulled.connect(lambda x, free, end=end: self._pull(end, x, free))
            line.let_go.connect(self._settle)
        theme.changed.connect(self._tint)
        self._tint()

    @property
    def ends(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def is_shown(self) -> bool:
        return bool(self.lines[0].isVisible())

    @property
    def low(self) -> float:
        return self._ends[0]

    @property
    def high(self) -> float:
        return self._ends[1]

    def show_range(self, low: float, high: float, *, movable: bool, mirrored: bool) -> None:
        """`mirrored` ties low to -high, as symmetric quantization does."""
        self._ends = [low, high]
        self._mirrored = mirrored
        for line in self.lines:
            line.setMovable(movable)
            line.setCursor(Qt.CursorShape.SizeHorCursor if movable else Qt.CursorShape.ArrowCursor)
            line.setVisible(True)
        self._place()

    def hide(self) -> None:
        for line in self.lines:
            line.setVisible(False)

    def set_snaps(self, places: tuple[float, ...]) -> None:
        """Where a line comes to rest when it is near."""
        self._snaps = places

    def put(self, end: int, x: float) -> None:
        """Moves one end to a number and settles."""
        self._move(end, x)
        self._settle()

    def _pull(self, end: int, x: float, free: bool) -> None:
        self.active = end
        self._move(end, x if free else self._snapped(x))
        self.moved.emit(*self._ends)

    def _move(self, end: int, x: float) -> None:
        bounded = min(x, 0.0) if end == 0 else max(x, 0.0)
        self._ends[end] = bounded
        if self._mirrored:
            self._ends[1 - end] = -bounded
        if self._ends[0] == self._ends[1]:
            return
        self._place()

    def _snapped(self, x: float) -> float:
        pixel = self._canvas.getViewBox().viewPixelSize()[0]
        near = min(self._snaps, key=lambda place: abs(place - x), default=x)
        return near if abs(near - x) <= SNAP_PIXELS * pixel else x

    def _settle(self) -> None:
        if self._ends[0] < self._ends[1]:
            self.settled.emit(*self._ends)

    def _place(self) -> None:
        for line, x in zip(self.lines, self._ends, strict=True):
            line.setPos(x)

    def _tint(self) -> None:
        clip = self._theme.colours.clip
        for line in self.lines:
            line.setPen(pg.mkPen(clip, width=2))
            line.setHoverPen(pg.mkPen(clip, width=4))
