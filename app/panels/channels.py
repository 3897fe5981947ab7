"""The range of every channel as a bar, with the range of the whole tensor across them."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout

from app.channels import Channels, channels
from app.context import Context
from app.outcome import Outcome
from app.panels.view import View
from app.plots.canvas import Canvas
from app.subject import INPUT, OUTPUT, WEIGHT, Place, chosen_place, places
from app.text import decibel, number

BY_INDEX, BY_WIDTH, BY_SQNR = "index", "width", "sqnr"


def make(context: Context) -> View:
    return ChannelsView(context)


class ChannelsView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.shown: Channels | None = None
        self._order = np.zeros(0, np.int64)
        self._place: Place | None = None
        self.tensors = QComboBox()
        self.tensors.setAccessibleName(self.tr("Tensor of the layer"))
        self.tensors.setMinimumContentsLength(24)
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Order of the channels"))
        for text, value in (
            (self.tr("in order"), BY_INDEX),
            (self.tr("widest first"), BY_WIDTH),
            (self.tr("worst SQNR first"), BY_SQNR),
        ):
            self.order.addItem(text, value)
        self.about = QLabel()
        self.about.setProperty("dim", True)
        self.hover = QLabel()
        theme = context.theme
        self.canvas = Canvas(
            theme, x=self.tr("channel"), y=self.tr("value"), name=self.tr("Range of each channel")
        )
        self.quality = Canvas(
            theme, x=self.tr("channel"), y=self.tr("SQNR, dB"), name=self.tr("SQNR of each channel")
        )
        self.quality.setXLink(self.canvas)
        self.canvas.table = self._table
        self._make_items()
        self._lay_out()
        self.tensors.activated.connect(self._choose_tensor)
        self.order.activated.connect(lambda _place: self._draw())
        self.canvas.pointed.connect(self._point)
        for canvas in (self.canvas, self.quality):
            canvas.scene().sigMouseClicked.connect(
                lambda event, canvas=canvas: self._click(canvas, event)
            )
        document = context.document
        self.follow(document.outcome_changed, document.selection_changed, theme.changed)

    def refresh(self) -> None:
        document = self.context.document
        outcome, selection = document.outcome, document.selection
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(
                self.tr("The range of every channel of a tensor will be shown here.")
            )
            return
        place = None
        if selection.layers:
            place = chosen_place(outcome, selection.layers[0], selection.tensor)
        if place is None:
            self.show_empty(self.tr("Choose a quantized layer on the left."))
            return
        self._place = place
        self._offer(outcome, selection.layers[0], place)
        layer = selection.layers[0]
        job = self.context.jobs.start(
            "statistics", self.tr("Reading channels"), lambda _m: channels(outcome, layer, place)
        )
        job.done.connect(lambda found: self._show(outcome, place, found))

    def select_at(self, place: int) -> None:
        """Shows the values of one channel of a weight."""
        selection = self.context.document.selection
        if self._place is None or not 0 <= place < self._order.size:
            return
        channel = int(self._order[place]) if self._place.role == WEIGHT else None
        self.context.document.select(*selection.layers, tensor=self._place.tensor, channel=channel)

    def _show(self, outcome: Outcome, place: Place, found: Channels | None) -> None:
        if found is None:
            self.show_empty(self.tr("{0} has no channels.").format(place.tensor))
            return
        self.show_body()
        self.shown = found
        resolution = outcome.resolution
        assert resolution is not None
        known = (
            resolution.encodings.weights
            if place.role == WEIGHT
            else (resolution.encodings.activations)
        )
        encoding = known.get(place.tensor)
        for line, end in zip(self._whole, ("low", "high"), strict=True):
            line.setVisible(encoding is not None)
            if encoding is not None:
                ends = getattr(encoding, end)
                line.setPos(float(ends.min() if end == "low" else ends.max()))
        self._draw()
        dead, outliers = int(found.dead.sum()), int(found.outliers.sum())
        self.about.setText(
            self.tr("{0} channels, {1} dead, {2} outliers").format(found.low.size, dead, outliers)
        )

    def _draw(self) -> None:
        found = self.shown
        if found is None:
            return
        order = np.arange(found.low.size)
        if self.order.currentData() == BY_WIDTH:
            order = np.argsort(-found.width, kind="stable")
        elif self.order.currentData() == BY_SQNR and found.tensor_db is not None:
            order = np.argsort(found.tensor_db, kind="stable")
        self._order = order
        colours = self.context.theme.colours
        plain, wide = pg.mkBrush(colours.float_), pg.mkBrush(colours.quantized)
        outliers = found.outliers[order]
        self._bars.setOpts(
            x=np.arange(order.size),
            y0=found.low[order],
            height=(found.high - found.low)[order],
            brushes=[wide if is_wide else plain for is_wide in outliers],
            pen=None,
        )
        dead = np.flatnonzero(found.dead[order])
        self._dead.setData(dead, np.zeros(dead.size), pen=pg.mkPen(colours.clip), brush=None)
        for line in self._whole:
            line.setPen(pg.mkPen(colours.clip, width=1.5))
        self.quality.setVisible(found.tensor_db is not None)
        if found.tensor_db is not None and found.channel_db is not None:
            for item, values, colour in (
                (self._per_tensor, found.tensor_db, colours.float_),
                (self._per_channel, found.channel_db, colours.quantized),
            ):
                usable = np.isfinite(values[order])
                item.setData(np.flatnonzero(usable), values[order][usable])
                item.setSymbolBrush(pg.mkBrush(colour))
                item.setSymbolPen(None)
            self._legend.setLabelTextColor(colours.text)
            self.quality.fit()
        self.canvas.fit()

    def _offer(self, outcome: Outcome, layer: str, chosen: Place) -> None:
        names = {
            OUTPUT: self.tr("Output"),
            WEIGHT: self.tr("Weight"),
            INPUT: self.tr("Input"),
        }
        self.tensors.clear()
        for place in places(outcome, layer):
            self.tensors.addItem(f"{names[place.role]}  {place.tensor}", place.tensor)
        self.tensors.setCurrentIndex(self.tensors.findData(chosen.tensor))

    def _choose_tensor(self, place: int) -> None:
        layers = self.context.document.selection.layers
        self.context.document.select(*layers, tensor=self.tensors.itemData(place))

    def _click(self, canvas: Canvas, event: object) -> None:
        box = canvas.getViewBox()
        if box.sceneBoundingRect().contains(event.scenePos()):
            self.select_at(round(box.mapSceneToView(event.scenePos()).x()))

    def _point(self, at: QPointF | None) -> None:
        found, place = self.shown, -1 if at is None else round(at.x())
        if found is None or not 0 <= place < self._order.size:
            self.hover.setText("")
            return
        channel = int(self._order[place])
        text = self.tr("channel {0}: {1} \N{HORIZONTAL ELLIPSIS} {2}").format(
            channel, number(float(found.low[channel])), number(float(found.high[channel]))
        )
        if found.tensor_db is not None and found.channel_db is not None:
            text += self.tr(", {0} dB per tensor, {1} dB per channel").format(
                decibel(float(found.tensor_db[channel])), decibel(float(found.channel_db[channel]))
            )
        self.hover.setText(text)

    def _table(self) -> list[tuple[object, ...]]:
        found = self.shown
        if found is None:
            return []
        ranges = zip(found.low.tolist(), found.high.tolist(), strict=True)
        return [("channel", "low", "high"), *((c, *ends) for c, ends in enumerate(ranges))]

    def _make_items(self) -> None:
        self._bars = pg.BarGraphItem(x=[], height=[], y0=[], width=0.8)
        self._dead = pg.ScatterPlotItem(symbol="x", size=9)
        self._whole = (pg.InfiniteLine(angle=0), pg.InfiniteLine(angle=0))
        for item in (self._bars, self._dead, *self._whole):
            self.canvas.addItem(item)
        self._per_tensor = pg.PlotDataItem(pen=None, symbol="o", symbolSize=6)
        self._per_channel = pg.PlotDataItem(pen=None, symbol="s", symbolSize=6)
        self._legend = self.quality.addLegend(offset=(-12, 12), labelTextSize="9pt")
        for item, name in (
            (self._per_tensor, self.tr("one scale for the tensor")),
            (self._per_channel, self.tr("a scale for each channel")),
        ):
            self.quality.addItem(item)
            self._legend.addItem(item, name)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 8, 12, 4)
        head.setSpacing(8)
        head.addWidget(self.tensors)
        head.addWidget(self.order)
        head.addWidget(self.about)
        head.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 8)
        foot.addWidget(self.hover)
        self.hover.setMinimumHeight(20)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.canvas, 3)
        column.addWidget(self.quality, 2)
        column.addLayout(foot)
