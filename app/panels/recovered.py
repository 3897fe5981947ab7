"""What recovery did to a layer: ranges of its channels, shifts of their means, weights turned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGridLayout, QWidget

from quantengine.analyze.mean_shifts import MeanShift
from quantengine.analyze.turned import Turned
from quantengine.monitor import Monitor

from ..context import Context
from ..outcome import Outcome
from ..panels.view import View
from ..plots.before_after import BeforeAfter
from ..plots.canvas import Canvas
from ..plots.turned_image import TurnedImage
from ..text import share
from ..theme import Theme
from ..translation import counted
from ..widgets.elided_label import ElidedLabel
from ..widgets.label import Label
from ..widgets.row import fill, vertical

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.recover.evened import Evened

LANE = "recovered"
_HEIGHT, _AXIS_WIDTH = 180, 52


@dataclass(frozen=True, eq=False)
class Seen:
    """Of one outcome, by layer; `samples` told the means."""

    evened: Mapping[str, Evened]
    shifts: Mapping[str, MeanShift]
    samples: int


class RecoveredView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.found: Seen | None = None
        self.turned: Turned | None = None
        self._of: tuple[object, object] = (None, None)
        self._layer: str | None = None
        self._make_parts()
        self.follow_layers()
        context.document.judged_changed.connect(self.request_refresh)
        context.document.model_changed.connect(self._forget)

    def refresh(self) -> None:
        outcome, document = self.context.peek.outcome, self.context.document
        layer, dataset = next(iter(document.selection.layers), None), document.judged
        if outcome is None or outcome.resolution is None or dataset is None:
            self.show_missing_statistics(
                self.tr("What recovery did to a layer will be shown here: before and after.")
            )
            return
        if layer is None or layer not in outcome.flow.nodes:
            self.show_empty(self.tr("Choose a quantized layer on the left."))
            return
        if outcome.candidate is None or not outcome.candidate.reports:
            self.show_empty(self.tr("Nothing was recovered: the layer is as the plan has it."))
            return
        known = self.found if self._of == (outcome, dataset) else None
        if known is not None and self._layer == layer:
            return

        def call(monitor: Monitor) -> tuple[Seen, Turned | None]:
            return known or _seen(outcome, dataset, monitor), _turned(outcome, layer)

        job = self.context.steps.start(LANE, self.tr("Comparing before and after"), call)
        job.done.connect(lambda told: self._show(outcome, dataset, layer, *told))

    def _show(
        self,
        outcome: Outcome,
        dataset: Dataset,
        layer: str,
        found: Seen,
        turned: Turned | None,
    ) -> None:
        self._of, self._layer, self.found, self.turned = (outcome, dataset), layer, found, turned
        pair, shift = found.evened.get(layer), found.shifts.get(layer)
        if pair is None and shift is None and turned is None:
            self.show_empty(self.tr("Recovery left this layer as it was."))
            return
        self.show_body()
        names = self.tr("before"), self.tr("after")
        self.own.setVisible(pair is not None)
        self.reader.setVisible(pair is not None and bool(pair.readers))
        if pair is not None:
            self.own_plot.show(pair.own.before, pair.own.after, names)
            for each in pair.readers[:1]:
                self.reader_plot.show(each.before, each.after, names)
                title = self.tr("max |W| of the same channels in {0}")
                self.reader.title.setText(title.format(self._short(outcome, each.layer)))
        self.means.setVisible(shift is not None)
        if shift is not None:
            self.means_plot.show(shift.before, shift.after, names)
        self._show_turned(outcome, turned)
        self._arrange()
        self.said.setText(" ".join(self._words(pair, shift, turned)))
        self._tell(None)

    def _show_turned(self, outcome: Outcome, turned: Turned | None) -> None:
        self.codes.setVisible(turned is not None)
        if turned is not None:
            axis = next(
                (
                    weight.axis
                    for node in outcome.flow.nodes.values()
                    for weight in node.weights
                    if weight.tensor == turned.weight
                ),
                None,
            )
            self.codes_image.show(turned.rows(axis or 0))

    def _words(
        self, pair: Evened | None, shift: MeanShift | None, turned: Turned | None
    ) -> list[str]:
        told = []
        if pair is not None:
            text = self.tr("Channels are {1} as wide as the widest on average ({0} before).")
            told.append(text.format(*map(share, pair.own.filled)))
            for each in pair.readers[:1]:
                text = self.tr("Those that {2} reads are {1} there ({0}).")
                told.append(text.format(*map(share, each.filled), each.layer))
        if shift is not None:
            text = self.tr("Channel means were off by {0} of the output and are by {1} ({2}).")
            samples = counted(0 if self.found is None else self.found.samples, "sample")
            told.append(text.format(*(share(each) for each in shift.shares), samples))
        if turned is not None:
            text = self.tr("Of the weights {0} went a code up, {1} down, {2} further.")
            told.append(text.format(*map(share, (turned.up, turned.down, turned.further))))
        return told

    def _tell(self, at: QPointF | None) -> None:
        """What lies under the mouse in the picture of codes."""
        found = None if at is None else self.codes_image.at(at.x(), at.y())
        if found is not None:
            text = self.tr("channel {0}, value {1}: {2} codes from the nearest")
            self.hover.setText(text.format(found[0], found[1], f"{found[2]:+d}"))
            return
        text = self.tr("Blue: a code up, orange: a code down from the nearest.")
        every = self.codes_image.every
        more = "" if every == 1 else self.tr("One of {0} lines and columns is drawn.").format(every)
        self.hover.setText("" if self.turned is None else f"{text} {more}".strip())

    def _short(self, outcome: Outcome, layer: str) -> str:
        return dict(zip(outcome.tree.names, outcome.tree.short, strict=True)).get(layer, layer)

    def _forget(self) -> None:
        self.context.jobs.cancel(LANE)
        self._of, self._layer, self.found, self.turned = (None, None), None, None, None

    def _make_parts(self) -> None:
        theme = self.context.theme
        channel = self.tr("channel")
        self.own = _Titled(theme, self.tr("max |W| of each output channel"), channel)
        self.reader = _Titled(theme, self.tr("Channel ranges of what reads"), channel)
        self.means = _Titled(theme, self.tr("Shift of channel means"), channel)
        self.codes = _Titled(theme, self.tr("Weights off their nearest code"), self.tr("value"))
        self.codes.canvas.set_title("left", channel)
        self.own_plot = BeforeAfter(self.own.canvas, theme, log=True)
        self.reader_plot = BeforeAfter(self.reader.canvas, theme, log=True)
        self.means_plot = BeforeAfter(self.means.canvas, theme)
        self.codes_image = TurnedImage(self.codes.canvas, theme)
        self.codes.canvas.pointed.connect(self._tell)
        self.said, self.hover = Label(), ElidedLabel()
        self.said.setWordWrap(True)
        self.hover.setProperty("dim", True)
        plots = QWidget()
        self._grid = QGridLayout(plots)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._arrange()
        fill(vertical(self.body, 16, 0, 16, 8, spacing=6), self.said, (plots, 1), self.hover)

    def _arrange(self) -> None:
        """Two in a line, those that are shown before the others."""
        parts = (self.own, self.reader, self.means, self.codes)
        for place, part in enumerate(sorted(parts, key=QWidget.isHidden)):
            self._grid.addWidget(part, *divmod(place, 2))


class _Titled(QWidget):
    """A plot under its name."""

    def __init__(self, theme: Theme, name: str, x: str) -> None:
        super().__init__()
        self.title = ElidedLabel(name)
        self.canvas = Canvas(theme, x=x, y="", name=name)
        self.canvas.setMinimumHeight(_HEIGHT)
        self.canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        fill(vertical(self, 0, 0, 0, 0, spacing=2), self.title, (self.canvas, 1))


def _seen(outcome: Outcome, dataset: Dataset, monitor: Monitor) -> Seen:
    from quantengine.analyze.mean_shifts import by_layer, mean_shifts
    from quantengine.recover.evened import evened

    from ..ready import PROBES

    assert outcome.resolution is not None
    shifts = mean_shifts(
        outcome.model, outcome.resolution.encodings, dataset, limit=PROBES, monitor=monitor
    )
    count = min(PROBES, len(dataset))
    return Seen(evened(outcome.reference, outcome.model), by_layer(shifts), count)


def _turned(outcome: Outcome, layer: str) -> Turned | None:
    from quantengine.analyze.turned import turned

    assert outcome.resolution is not None
    node = outcome.flow.nodes[layer]
    found = (turned(outcome.model, outcome.resolution, weight.tensor) for weight in node.weights)
    return next((each for each in found if each is not None), None)
