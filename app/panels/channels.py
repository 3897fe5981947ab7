"""The range and SQNR of every channel of a tensor; a click shows one of them."""

from __future__ import annotations

import numpy as np
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QSplitter

from quantengine.analyze.channels import Channels
from quantengine.observe.statistics import TensorStats

from ..channels import channels, range_of
from ..context import Context
from ..outcome import Outcome
from ..panels.tensor_view import TensorView
from ..place import INPUT, OUTPUT, WEIGHT, Place
from ..plots.canvas import Canvas
from ..plots.channel_bars import ChannelBars, Places
from ..plots.histogram import Histogram
from ..plots.two_series import TwoSeries
from ..text import decibel, number
from ..translation import counted
from ..widgets.choice_box import ChoiceBox
from ..widgets.elided_label import ElidedLabel
from ..widgets.row import fill, horizontal, vertical

BY_INDEX, BY_WIDTH, BY_SQNR = "index", "width", "sqnr"
_AXIS_WIDTH = 56


class ChannelsView(TensorView):
    lane = "channels"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.shown: Channels | None = None
        self._of: tuple[Outcome, str, Place] | None = None
        self._order = np.zeros(0, np.int64)
        makes = (self._make_head, self._make_bars, self._make_quality, self._make_values)
        self.pieces = iter((*makes, self._lay_out, self._connect))

    def refresh(self) -> None:
        seen = self.seen(self.tr("The range of every channel of a tensor will be shown here."))
        if seen is None:
            return
        outcome, layer, place = seen
        if self._of is not None and self._of[1:] != (layer, place):
            self._of = None
            self.show_empty(self.tr("Reading channels."))
        if self._of == (outcome, layer, place):
            self._mark_chosen()
            return
        job = self.context.steps.start(
            self.lane, self.tr("Reading channels"), lambda _m: channels(outcome, place)
        )
        job.done.connect(lambda found: self._show(outcome, layer, place, found))
        job.failed.connect(lambda *_: self.show_empty(self.tr("Channels cannot be read.")))

    def select_at(self, place: int) -> None:
        """Chooses the channel at a place from the left."""
        if self._of is None or not 0 <= place < self._order.size:
            return
        selection, tensor = self.context.document.selection, self._of[2].tensor
        self.context.document.select(
            *selection.layers, tensor=tensor, channel=int(self._order[place])
        )

    def step(self, by: int) -> None:
        """Chooses the next channel to the left or right."""
        place = self._place()
        self.select_at(0 if place is None else place + by)

    def _show(self, outcome: Outcome, layer: str, place: Place, found: Channels | None) -> None:
        self._of = (outcome, layer, place)
        self.shown = found
        if found is None or not found.low.size:
            self.show_empty(self.tr("{0} has no channels.").format(place.tensor))
            return
        self.show_body()
        self.about.setText(self._counts(place, found))
        model = self.order.model()
        assert isinstance(model, QStandardItemModel)
        model.item(self.order.findData(BY_SQNR)).setEnabled(found.tensor_db is not None)
        self._draw()

    def _counts(self, place: Place, found: Channels) -> str:
        roles = {OUTPUT: self.tr("Output"), WEIGHT: self.tr("Weight"), INPUT: self.tr("Input")}
        dead, outliers = int(found.dead.sum()), int(found.outliers.sum())
        counts = counted(found.low.size, "channel"), dead, counted(outliers, "outlier")
        return self.tr("{0}: {1}, {2} dead, {3}").format(roles[place.role], *counts)

    def _draw(self) -> None:
        found = self.shown
        if found is None or self._of is None:
            return
        order = self._order = self._ordered(found)
        self.bars.show(found, order, range_of(self._of[0], self._of[2]))
        title = self.tr("channel")
        if self.order.currentData() != BY_INDEX:
            title = self.tr("channels, {0}").format(self.order.currentText())
        self.quality_canvas.setVisible(found.tensor_db is not None)
        for canvas in (self.canvas, self.quality_canvas):
            canvas.set_title("bottom", title)
        if found.tensor_db is not None and found.channel_db is not None:
            names = (self.tr("one scale for all"), self.tr("a scale for each"))
            self.quality.show(found.tensor_db[order], found.channel_db[order], names)
        self._mark_chosen()

    def _ordered(self, found: Channels) -> Places:
        if self.order.currentData() == BY_WIDTH:
            return np.argsort(-found.width, kind="stable")
        if self.order.currentData() == BY_SQNR and found.tensor_db is not None:
            return np.argsort(found.tensor_db, kind="stable")
        return np.arange(found.low.size)

    def _place(self) -> int | None:
        """Where the chosen channel stands."""
        channel = self.context.document.selection.channel
        if channel is None:
            return None
        found = np.flatnonzero(self._order == channel)
        return int(found[0]) if found.size else None

    def _mark_chosen(self) -> None:
        place = self._place()
        self.bars.choose(place)
        self.quality.choose(place)
        self._tell(place)
        weighs = self._of is not None and self._of[2].role == WEIGHT
        self.values_canvas.setVisible(place is not None and weighs)
        if place is None or not weighs or self._of is None:
            return
        (outcome, _, tensor), channel = self._of, int(self._order[place])
        ready = self.context.network.ready
        job = self.context.steps.start(
            "channel",
            self.tr("Reading channel {0}").format(channel),
            lambda _monitor: ready.weight_stats(outcome.model, tensor, channel),
        )
        job.done.connect(lambda stats: self._show_values(channel, stats))

    def _show_values(self, channel: int, stats: TensorStats | None) -> None:
        if stats is None or channel != self.context.document.selection.channel:
            return
        self.values.show(stats.distribution)
        self.values_canvas.set_title("bottom", self.tr("value in channel {0}").format(channel))
        self.values_canvas.fit()

    def _tell(self, place: int | None) -> None:
        found = self.shown
        if found is None or place is None or not 0 <= place < self._order.size:
            self.hover.setText(self._worst())
            return
        channel = int(self._order[place])
        text = self.tr("channel {0}: {1} to {2}").format(
            channel, number(float(found.low[channel])), number(float(found.high[channel]))
        )
        if found.dead[channel]:
            text += self.tr(", dead: nothing but zeros")
        elif found.tensor_db is not None and found.channel_db is not None:
            text += self.tr(", {0} dB with one scale for all, {1} dB with its own").format(
                decibel(float(found.tensor_db[channel])), decibel(float(found.channel_db[channel]))
            )
        self.hover.setText(text)

    def _worst(self) -> str:
        """The channel that loses most, else the widest."""
        found = self.shown
        if found is None or not found.width.size:
            return self.tr("Click a channel to see its numbers.")
        levels = found.tensor_db
        if levels is None or not np.isfinite(levels).any():
            text = self.tr("Widest is channel {0}: it reaches {1}, the middle one {2}.")
            widths = found.width
            told = (number(float(widths.max())), number(float(np.median(widths))))
            return text.format(int(widths.argmax()), *told)
        own, place = found.channel_db, int(np.nanargmin(levels))
        text = self.tr("Worst is channel {0}: {1} dB with one scale for all, {2} dB with its own.")
        each = None if own is None else float(own[place])
        return text.format(place, decibel(float(levels[place])), decibel(each))

    def _point(self, at: QPointF | None) -> None:
        self._tell(self._place() if at is None else round(at.x()))

    def _click(self, canvas: Canvas, event: MouseClickEvent) -> None:
        box = canvas.getViewBox()
        if box.sceneBoundingRect().contains(event.scenePos()):
            self.select_at(round(box.mapSceneToView(event.scenePos()).x()))

    def _table(self) -> list[tuple[object, ...]]:
        found = self.shown
        if found is None:
            return []
        columns = [("low", found.low), ("high", found.high)]
        if found.tensor_db is not None and found.channel_db is not None:
            columns += [("tensor_db", found.tensor_db), ("channel_db", found.channel_db)]
        figures = zip(*(values.tolist() for _, values in columns), strict=True)
        heading = ("channel", *(name for name, _ in columns))
        return [heading, *((channel, *row) for channel, row in enumerate(figures))]

    def _make_head(self) -> None:
        self.order = ChoiceBox()
        self.order.setAccessibleName(self.tr("Order of the channels"))
        for text, value in (
            (self.tr("in order"), BY_INDEX),
            (self.tr("widest first"), BY_WIDTH),
            (self.tr("worst SQNR first"), BY_SQNR),
        ):
            self.order.addItem(text, value)
        self.about, self.hover = ElidedLabel(lines=2), ElidedLabel(lines=2)
        for label in (self.about, self.hover):
            label.setMinimumHeight(2 * label.fontMetrics().height())
        self.about.setProperty("dim", True)
        self.about.setToolTip(
            self.tr(
                "Dead channels are all zero. Outliers are more than four times as wide as the\n"
                "median channel: one scale for all then wastes codes on them."
            )
        )

    def _canvas(self, x: str, y: str, name: str) -> Canvas:
        canvas = Canvas(self.context.theme, x=x, y=y, name=name)
        canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        canvas.table = self._table
        return canvas

    def _make_bars(self) -> None:
        name = self.tr("Range of each channel")
        self.canvas = self._canvas(self.tr("channel"), self.tr("value"), name)
        self.bars = ChannelBars(self.canvas, self.context.theme)

    def _make_quality(self) -> None:
        name = self.tr("SQNR of each channel")
        self.quality_canvas = self._canvas(self.tr("channel"), self.tr("SQNR, dB"), name)
        self.quality_canvas.setToolTip(
            self.tr(
                "Signal to quantization noise of each channel, above 30 dB is good:\n"
                "with one scale for the tensor, and with a scale for each channel."
            )
        )
        self.quality = TwoSeries(self.quality_canvas, self.context.theme)
        self.quality_canvas.setXLink(self.canvas)

    def _make_values(self) -> None:
        theme, name = self.context.theme, self.tr("Values of the channel")
        self.values_canvas = Canvas(theme, x=self.tr("value"), y=self.tr("count"), name=name)
        self.values = Histogram(self.values_canvas, theme)
        self.values.quantized.hide()
        self.values_canvas.hide()

    def _lay_out(self) -> None:
        head = horizontal(None, 8, 8, 12, 4, spacing=8)
        fill(head, self.order, (self.about, 1))
        split = QSplitter(Qt.Orientation.Vertical)
        for canvas in (self.canvas, self.quality_canvas, self.values_canvas):
            split.addWidget(canvas)
        split.setSizes([280, 200, 140])
        foot = horizontal(None, 12, 4, 12, 8)
        foot.addWidget(self.hover)
        column = vertical(self.body, 0, 0, 0, 0, spacing=0)
        fill(column, head, (split, 1), foot)

    def _connect(self) -> None:
        self.order.activated.connect(lambda _place: self._draw())
        self.canvas.fitted.connect(self._draw)
        self.quality_canvas.fitted.connect(self._draw)
        for canvas in (self.canvas, self.quality_canvas):
            canvas.pointed.connect(self._point)
            canvas.scene().sigMouseClicked.connect(
                lambda event, canvas=canvas: self._click(canvas, event)
            )
            canvas.call_on_arrows(self.step)
        self.follow_layers()
