"""The values of a weight channel by channel, each on its line of a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF

from quantengine.analyze.value_map import ValueMap, value_map
from quantengine.diff.stored import stored_weight

from ..context import Context
from ..outcome import Outcome
from ..place import WEIGHT, Place
from ..plots.canvas import Canvas
from ..plots.value_image import ValueImage
from ..subject import places
from ..text import number
from ..translation import counted
from ..widgets.elided_label import ElidedLabel
from ..widgets.row import horizontal, vertical
from .tensor_view import TensorView


class WeightsView(TensorView):
    shows_statistics = False
    lane = "weights"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.shown: ValueMap | None = None
        self._of: tuple[object, str] | None = None
        name = self.tr("Values of each channel")
        self.canvas = Canvas(context.theme, x=self.tr("value"), y=self.tr("channel"), name=name)
        self.canvas.table = self._table
        self.image = ValueImage(self.canvas, context.theme)
        self.hover = ElidedLabel()
        self.hover.setProperty("dim", True)
        foot = horizontal(None, 12, 2, 12, 6)
        foot.addWidget(self.hover)
        column = vertical(self.body, 0, 0, 0, 0, spacing=0)
        column.addWidget(self.canvas, 1)
        column.addLayout(foot)
        self.canvas.pointed.connect(self._tell)
        self.follow_layers()

    def refresh(self) -> None:
        outcome = self.context.peek.outcome
        layers = self.context.document.selection.layers
        if outcome is not None and outcome.model.quantized is not None and layers:
            self._start(outcome, layers[0], partial(_stored, outcome, layers[0]))
            return
        seen = self.seen(self.tr("The weights of a layer will be shown here, channel by channel."))
        if seen is None:
            return
        outcome, layer, chosen = seen
        weights = [p for p in places(outcome, layer) if p.role == WEIGHT and p.axis is not None]
        place = chosen if chosen in weights else next(iter(weights), None)
        if place is None:
            self.context.jobs.cancel(self.lane)
            self.show_empty(self.tr("This layer has no weights with channels."))
            return
        self._start(outcome, place.tensor, partial(_read, outcome, place))

    def _start(self, outcome: Outcome, name: str, read: Callable[[], ValueMap | None]) -> None:
        of = (outcome.model, name)
        if self._of == of:
            return
        self._of = of
        job = self.context.steps.start(self.lane, self.tr("Reading the weight"), lambda _m: read())
        job.done.connect(lambda found: self._show(of, found))

    def _show(self, of: tuple[object, str], found: ValueMap | None) -> None:
        if of != self._of:
            return
        self.shown = found
        if found is None:
            self.show_empty(self.tr("This layer has no weights with channels."))
            return
        self.show_body()
        self.image.show(found)
        self._tell(None)

    def _tell(self, at: QPointF | None) -> None:
        found = self.shown
        if found is None:
            return
        channels, bins = found.counts.shape
        text = self.tr("{0}, log counts: the stronger, the more values.")
        told = text.format(counted(channels, "channel"))
        if at is not None and found.low <= at.x() <= found.high:
            channel = round(at.y())
            place = min(int((at.x() - found.low) / (found.high - found.low) * bins), bins - 1)
            if 0 <= channel < channels:
                text = self.tr("channel {0} at {1}: {2}")
                count = counted(int(found.counts[channel, place]), "value")
                told = text.format(channel, number(at.x()), count)
        self.hover.setText(told)

    def _table(self) -> list[tuple[object, ...]]:
        return [] if self.shown is None else [tuple(row) for row in self.shown.counts.tolist()]


def _read(outcome: Outcome, place: Place) -> ValueMap | None:
    values = outcome.model.constant(place.tensor)
    return None if values is None or place.axis is None else value_map(values, place.axis)


def _stored(outcome: Outcome, layer: str) -> ValueMap | None:
    """Of a file that is quantized already."""
    found = stored_weight(outcome.model, layer)
    return None if found is None else value_map(*found)
