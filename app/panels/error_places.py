"""Where on a sample the output of a layer goes wrong, over the picture where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from quantengine.monitor import Monitor

from ..context import Context
from ..text import decibel, number
from ..widgets.elided_label import ElidedLabel
from ..widgets.heat_maps import HeatMap, HeatMaps
from ..widgets.label import Label
from ..widgets.row import fill, horizontal, vertical
from .tensor_view import TensorView

if TYPE_CHECKING:
    from quantengine.analyze.error_map import ErrorMap
    from quantengine.data.dataset import Dataset
    from quantengine.verdict.tasks.drawing import Pixels

_NEAR = 1.15
"""Sides of a picture and of what lies over it, as shares of each other."""


class Found(NamedTuple):
    """Of one sample; `picture`: the sample itself where it is one."""

    sample: str
    places: ErrorMap | None
    picture: Pixels | None


class ErrorPlacesView(TensorView):
    lane = "error places"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.found: Found | None = None
        self._of: tuple[object, ...] = ()
        self.about, self.hover = Label(), ElidedLabel()
        self.about.setWordWrap(True)
        self.hover.setProperty("dim", True)
        self.maps = HeatMaps(context.theme, self.tr("Error over the sample"))
        self.maps.pointed.connect(self._tell)
        foot = horizontal(None, 0, 0, 0, 0)
        foot.addWidget(self.hover)
        column = vertical(self.body, 16, 0, 16, 8, spacing=6)
        fill(column, self.about, (self.maps, 1), foot)
        document = context.document
        self.follow_layers(document.sample_changed, document.judged_changed)

    def refresh(self) -> None:
        seen = self.seen(self.tr("Where on a sample a layer goes wrong will be shown here."))
        dataset = self.context.document.judged
        if seen is None or dataset is None:
            return
        outcome, layer, _ = seen
        node = outcome.flow.nodes.get(layer)
        if node is None or node.output not in outcome.layer_reference.types:
            self.show_empty(self.tr("Choose a quantized layer on the left."))
            return
        channel = self.context.document.selection.channel
        of = (outcome, node.output, dataset, self.context.document.sample, channel)
        if of == self._of:
            return
        self._of = of
        sample, ready = _index(dataset, self.context.document.sample), self.context.network.ready
        output = node.output

        def call(monitor: Monitor) -> Found:
            from quantengine.data.preview import preview

            one = dataset.load(sample)
            places = ready.error_map(outcome, output, one.feeds, channel, monitor)
            return Found(one.name, places, preview(one.feeds, dataset.preprocessing))

        job = self.context.steps.start(self.lane, self.tr("Running one sample"), call)
        job.done.connect(lambda found: self._show(of, found))
        job.failed.connect(lambda *_: self._forget())

    def _forget(self) -> None:
        self._of, self.found = (), None

    def _show(self, of: tuple[object, ...], found: Found) -> None:
        if of != self._of:
            return
        self.found, places = found, found.places
        if places is None:
            self.show_empty(self.tr("The output of this layer is no picture: it has no places."))
            return
        self.show_body()
        over = found.picture if _lies_over(found) else None
        maps = [
            HeatMap(self.tr("float"), places.values, "float_"),
            HeatMap(self.tr("error"), places.errors, "clip"),
        ]
        if over is not None:
            maps.insert(0, HeatMap(self.tr("error over the sample"), places.errors, "clip", over))
        self.maps.show_maps(*maps)
        self.about.setText(self._words(found.sample, places))
        self._tell(None)

    def _words(self, sample: str, places: ErrorMap) -> str:
        text = self.tr("{0}: {1} dB with all before it; largest error at row {2}, column {3}.")
        told = text.format(sample, decibel(places.sqnr_db), *places.worst_place)
        channel = self.context.document.selection.channel
        if channel is not None:
            alone = self.tr("Channel {0} alone.")
            return f"{told} {alone.format(channel)}"
        worst, most = places.worst_channel, self.tr("Worst channel: {0}.")
        return told if worst is None else f"{told} {most.format(worst)}"

    def _tell(self, place: object) -> None:
        places = None if self.found is None else self.found.places
        if places is None or not isinstance(place, tuple):
            self.hover.setText(
                self.tr("Root mean squares over channels; a channel clicked above shows alone.")
            )
            return
        row, column = place
        if row < places.values.shape[0] and column < places.values.shape[1]:
            figures = (
                number(float(places.values[row, column])),
                number(float(places.errors[row, column])),
            )
            text = self.tr("row {0}, column {1}: {2}, error {3}")
            self.hover.setText(text.format(row, column, *figures))


def _index(dataset: Dataset, name: str) -> int:
    return dataset.names.index(name) if name in dataset.names else 0


def _lies_over(found: Found) -> bool:
    """Whether the sample is a picture of about the same sides."""
    if found.picture is None or found.places is None:
        return False
    height, width = found.places.errors.shape
    high, wide, _ = found.picture.shape
    ratio = (width / height) / (wide / high)
    return bool(1 / _NEAR < ratio < _NEAR)
