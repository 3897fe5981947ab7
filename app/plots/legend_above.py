"""A legend over a plot, where no line can run under it."""

from __future__ import annotations

import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ..plots.canvas import Canvas

_HEIGHT = 28
_STROKE = 26
"""Long enough to tell dashes from dots."""


def legend_above(canvas: Canvas, columns: int, *, of_lines: bool = True) -> pg.LegendItem:
    """Room for it is taken from the plot; a saved picture has it too."""
    item = canvas.getPlotItem()
    item.layout.setContentsMargins(1, _HEIGHT, 12, 1)
    item.getAxis("bottom").setStyle(hideOverlappingLabels=False)  # the last stands over the edge
    sample = _Sample if of_lines else pg.ItemSample
    legend = pg.LegendItem(labelTextSize="8pt", colCount=columns, sampleType=sample)
    legend.layout.setContentsMargins(0, 0, 0, 0)
    legend.setParentItem(item)
    legend.anchor(itemPos=(0, 0), parentPos=(0, 0), offset=(12, 4))
    return legend


class _Sample(pg.ItemSample):
    """Drawn from the line's own look: one without points yet has none to borrow from."""

    def __init__(self, item: pg.PlotDataItem) -> None:
        super().__init__(item)
        self.setFixedWidth(_STROKE)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        looks, middle = self.item.opts, 10
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.item.isVisible() else 0.3)
        painter.setPen(pg.mkPen(looks["pen"]))
        painter.drawLine(QPoint(0, middle), QPoint(_STROKE, middle))
        if looks["symbol"] is not None:
            painter.translate(QPointF(_STROKE / 2, middle))
            pen, brush = pg.mkPen(looks["symbolPen"]), pg.mkBrush(looks["symbolBrush"])
            drawSymbol(painter, looks["symbol"], looks["symbolSize"], pen, brush)
