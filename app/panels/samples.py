"""Which sample made the extremes of a tensor, and whether more samples would change them."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from app.context import Context
from app.panels.view import View
from app.plots.canvas import Canvas
from app.subject import WEIGHT, chosen_place
from app.text import number
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable


def make(context: Context) -> View:
    return SamplesView(context)


class SamplesView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme = context.theme
        self.title = QLabel()
        self.title.setProperty("heading", True)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.hover = QLabel()
        self.hover.setProperty("dim", True)
        self.ranges = Canvas(
            theme, x=self.tr("sample"), y=self.tr("value"), name=self.tr("Range of each sample")
        )
        self.growth = Canvas(
            theme,
            x=self.tr("samples seen"),
            y=self.tr("value"),
            name=self.tr("Range after so many samples"),
        )
        self._bars = pg.BarGraphItem(x=[], height=[], y0=[], width=0.8)
        self.ranges.addItem(self._bars)
        self._grown = (pg.PlotCurveItem(), pg.PlotCurveItem())
        for curve in self._grown:
            self.growth.addItem(curve)
        self._names: tuple[str, ...] = ()
        self._stats: TensorStats | None = None
        self.ranges.pointed.connect(self._point)
        self.ranges.table = self._rows
        theme.changed.connect(self.request_refresh)
        self._lay_out()
        document = context.document
        self.follow(document.table_changed, document.selection_changed, document.outcome_changed)

    def refresh(self) -> None:
        document = self.context.document
        outcome, selection = document.outcome, document.selection
        if outcome is None or outcome.table is None:
            self.show_missing_statistics(
                self.tr("Which sample made the extremes of a tensor will be shown here.")
            )
            return
        place = None
        if selection.layers:
            place = chosen_place(outcome, selection.layers[0], selection.tensor)
        if place is None or place.role == WEIGHT:
            self.show_empty(
                self.tr("Choose a layer with a quantized output: weights know no samples.")
            )
            return
        stats = outcome.table.tensors.get(place.tensor)
        if stats is None or not len(stats.sample_ranges):
            self.show_empty(self.tr("No values of this tensor were seen."))
            return
        self.show_body()
        self._show(outcome.table, stats)

    def _show(self, table: CalibrationTable, stats: TensorStats) -> None:
        from quantengine.observe.convergence import extremes, growth

        names = table.samples
        self._stats, self._names = stats, names
        found, grown = extremes(table, stats.name), growth(table, stats.name)
        low, high = stats.sample_low.astype(float), stats.sample_high.astype(float)
        colours = self.context.theme.colours
        blamed = (found.low_sample, found.high_sample)
        plain, marked = pg.mkBrush(colours.float_), pg.mkBrush(colours.quantized)
        self._bars.setOpts(
            x=np.arange(len(names)),
            y0=np.nan_to_num(low),
            height=np.nan_to_num(high - low),
            brushes=[marked if name in blamed else plain for name in names],
            pen=None,
        )
        seen = np.arange(1, len(names) + 1)
        for curve, values in zip(self._grown, (grown.low, grown.high), strict=True):
            usable = np.isfinite(values)
            curve.setData(seen[usable], values[usable])
            curve.setPen(pg.mkPen(colours.clip, width=1.5))
        self.ranges.fit()
        self.growth.fit()
        self.title.setText(stats.name)
        self.about.setText(
            self.tr("Lowest {0} in {1}, highest {2} in {3}.").format(
                number(found.low), found.low_sample, number(found.high), found.high_sample
            )
        )

    def _rows(self) -> list[tuple[object, ...]]:
        if self._stats is None:
            return []
        ranges = zip(self._names, self._stats.sample_low, self._stats.sample_high, strict=True)
        return [("sample", "low", "high"), *((n, float(a), float(b)) for n, a, b in ranges)]

    def _point(self, at: QPointF | None) -> None:
        place = -1 if at is None else round(at.x())
        if self._stats is None or not 0 <= place < len(self._names):
            self.hover.setText("")
            return
        low, high = self._stats.sample_ranges[place]
        self.hover.setText(
            f"{self._names[place]}: {number(float(low))} \N{HORIZONTAL ELLIPSIS} "
            f"{number(float(high))}"
        )

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.ranges)
        split.addWidget(self.growth)
        split.setSizes([320, 220])
        head = QWidget()
        inner = QVBoxLayout(head)
        inner.setContentsMargins(16, 12, 16, 4)
        inner.setSpacing(4)
        for part in (self.title, self.about, self.hover):
            inner.addWidget(part)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(split, 1)
