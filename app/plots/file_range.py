"""The range that another file uses, as dashed lines that nothing moves."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt

from ..plots.canvas import Canvas
from ..text import in_line
from ..theme import Theme

_BEHIND = 15
"""Behind the lines that can be dragged."""


class FileRange(QObject):
    """Two lines with the name of the file at the upper one."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        super().__init__(canvas)
        self._theme = theme
        self.lines = tuple(pg.InfiniteLine(angle=90, movable=False) for _ in range(2))
        self._label = pg.InfLineLabel(self.lines[1], "", position=0.98, anchors=[(0, 0), (1, 0)])
        for line in self.lines:
            line.setZValue(_BEHIND)
            canvas.addItem(line, ignoreBounds=True)
        theme.changed.connect(self._tint)
        self._tint()
        self.show(None, "")

    @property
    def ends(self) -> tuple[float, float] | None:
        """What is drawn, if anything."""
        low, high = (float(line.value()) for line in self.lines)
        return (low, high) if self.lines[0].isVisible() else None

    def show(self, ends: tuple[float, float] | None, name: str) -> None:
        for line, end in zip(self.lines, ends or (0.0, 0.0), strict=True):
            line.setValue(end)
            line.setVisible(ends is not None)
        self._label.setText(in_line(name))

    def _tint(self) -> None:
        colour = self._theme.colours.quantized
        for line in self.lines:
            line.setPen(pg.mkPen(colour, width=1.5, style=Qt.PenStyle.DashLine))
        self._label.setColor(colour)
