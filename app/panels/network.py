"""SQNR along the depth of the network: every layer alone, and with all before it."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from app.context import Context
from app.panels.view import View
from app.plots.canvas import Canvas
from app.rows import LayerRow
from app.text import decibel
from app.theme import LIMITS_DB

NEAR_PIXELS = 24


def make(context: Context) -> View:
    return NetworkView(context)


class NetworkView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rows: tuple[LayerRow, ...] = ()
        self.hover = QLabel()
        self.state = QLabel()
        self.state.setProperty("dim", True)
        self.button = QPushButton(self.tr("Compare layers"))
        self.button.setToolTip(
            self.tr(
                "Runs the quantized network and compares every layer with the float one:\n"
                "the error of everything before it added up. Takes seconds."
            )
        )
        self.button.clicked.connect(lambda _checked: context.network.compare())
        self.canvas = Canvas(
            context.theme,
            x=self.tr("layer, in order of execution"),
            y=self.tr("SQNR, dB"),
            name=self.tr("SQNR along the network"),
        )
        self.canvas.table = self._table
        self._make_items()
        self._lay_out()
        self.canvas.pointed.connect(self._point)
        self.canvas.scene().sigMouseClicked.connect(self._click)
        document = context.document
        self.follow(
            document.outcome_changed,
            document.selection_changed,
            context.network.compared_changed,
            context.theme.changed,
        )

    def refresh(self) -> None:
        outcome = self.context.document.outcome
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(
                self.tr("The quality of every layer along the network will be shown here.")
            )
            return
        self.show_body()
        self._rows = outcome.rows
        self._tint()
        places = np.arange(len(self._rows))
        weights = _numbers([row.weight_sqnr_db for row in self._rows])
        outputs = _numbers([row.output_sqnr_db for row in self._rows])
        self._draw(self._weights, places, weights)
        self._draw(self._outputs, places, outputs)
        self._draw_accumulated(places)
        self._mark_selected()
        self.canvas.fit()

    def select_at(self, place: int) -> None:
        if 0 <= place < len(self._rows):
            self.context.document.select(self._rows[place].name)

    def _draw_accumulated(self, places: np.ndarray) -> None:
        network = self.context.network
        compared = network.compared
        self._accumulated.setVisible(compared is not None)
        if compared is None:
            self.state.setText(self.tr("Accumulated error: not compared yet."))
            return
        known = {row.name: row.accumulated.both.sqnr_db for row in compared.comparison.layers}
        values = _numbers([known.get(row.name) for row in self._rows])
        self._draw(self._accumulated, places, values)
        stale = network.comparison_is_stale
        self._accumulated.setOpacity(0.35 if stale else 1.0)
        self.state.setText(
            self.tr("Accumulated error: of an older plan.")
            if stale
            else self.tr("Accumulated error on {0} samples.").format(compared.comparison.samples)
        )

    def _draw(self, item: pg.PlotDataItem, places: np.ndarray, values: np.ndarray) -> None:
        usable = np.isfinite(values)
        item.setData(places[usable], values[usable])

    def _mark_selected(self) -> None:
        chosen = self.context.document.selection.layers
        names = [row.name for row in self._rows]
        self._selected.setVisible(bool(chosen) and chosen[0] in names)
        if chosen and chosen[0] in names:
            self._selected.setPos(names.index(chosen[0]))

    def _click(self, event: object) -> None:
        box = self.canvas.getViewBox()
        if box.sceneBoundingRect().contains(event.scenePos()):
            self.select_at(round(box.mapSceneToView(event.scenePos()).x()))

    def _point(self, at: QPointF | None) -> None:
        place = -1 if at is None else round(at.x())
        if not 0 <= place < len(self._rows):
            self.hover.setText("")
            return
        row = self._rows[place]
        text = self.tr("{0}: weight {1} dB, output {2} dB")
        self.hover.setText(
            text.format(row.name, decibel(row.weight_sqnr_db), decibel(row.output_sqnr_db))
        )

    def _table(self) -> list[tuple[object, ...]]:
        rows = [(row.name, row.weight_sqnr_db, row.output_sqnr_db) for row in self._rows]
        return [("layer", "weight_sqnr_db", "output_sqnr_db"), *rows]

    def _make_items(self) -> None:
        self._legend = self.canvas.addLegend(offset=(-12, 12), labelTextSize="9pt")
        self._weights = pg.PlotDataItem(symbol="o", symbolSize=6)
        self._outputs = pg.PlotDataItem(symbol="s", symbolSize=6)
        self._accumulated = pg.PlotDataItem(symbol="d", symbolSize=7)
        for item, name in (
            (self._weights, self.tr("weight alone")),
            (self._outputs, self.tr("output alone")),
            (self._accumulated, self.tr("all before it too")),
        ):
            self.canvas.addItem(item)
            self._legend.addItem(item, name)
        self._limits = [pg.InfiniteLine(pos=limit, angle=0) for limit in LIMITS_DB]
        self._selected = pg.InfiniteLine(angle=90)
        for line in (*self._limits, self._selected):
            self.canvas.addItem(line, ignoreBounds=True)

    def _tint(self) -> None:
        colours = self.context.theme.colours
        looks = (
            (self._weights, colours.float_),
            (self._outputs, colours.quantized),
            (self._accumulated, colours.clip),
        )
        for item, colour in looks:
            item.setPen(pg.mkPen(colour, width=1.5))
            item.setSymbolBrush(pg.mkBrush(colour))
            item.setSymbolPen(None)
        for line, colour in zip(self._limits, colours.sqnr[:3], strict=True):
            line.setPen(pg.mkPen(colour, width=1, dash=[4, 4]))
        self._selected.setPen(pg.mkPen(colours.accent, width=1.5))
        self._legend.setLabelTextColor(colours.text)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 4)
        head.setSpacing(12)
        head.addWidget(self.button)
        head.addWidget(self.state)
        head.addStretch(1)
        head.addWidget(self.hover)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)


def _numbers(values: list[float | None]) -> np.ndarray:
    return np.array([math.nan if value is None else value for value in values])
