"""The values of one tensor, its range as lines to drag, and the search that chose it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout

from app.candidates import Candidate, candidates
from app.context import Context
from app.edits import set_tensor
from app.panels.view import View
from app.plots.canvas import Canvas
from app.plots.clip_range import ClipRange
from app.plots.curve import Curve
from app.plots.histogram import Histogram
from app.plots.markers import Markers
from app.subject import (
    Place,
    Subject,
    figures,
    known_stats,
    places,
    subject,
    weight_stats,
)
from app.text import decibel, number, share
from app.widgets.number_field import NumberField
from app.widgets.readout import Readout
from quantengine.analyze.grid import Figures, judge


def make(context: Context) -> View:
    return DistributionView(context)


class DistributionView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.subject: Subject | None = None
        self.figures: Figures | None = None
        self.found: tuple[Candidate, ...] = ()
        self._make_parts()
        self._lay_out()
        self._connect()
        document = context.document
        self.follow(
            document.outcome_changed,
            document.selection_changed,
            document.table_changed,
            document.model_changed,
        )

    def refresh(self) -> None:
        document = self.context.document
        outcome, selection = document.outcome, document.selection
        if outcome is None or outcome.table is None:
            self.show_missing_statistics(self.tr("The values of every tensor will be here."))
            return
        if not selection.layers:
            self.show_empty(self.tr("Choose a layer on the left to see its values."))
            return
        layer = selection.layers[0]
        offered = places(outcome, layer)
        if not offered:
            reason = outcome.flow.reasons.get(layer, "")
            self.show_empty(self.tr("{0} stays float: {1}.").format(layer, reason))
            return
        place = next((p for p in offered if p.tensor == selection.tensor), offered[0])
        self._offer_tensors(offered, place)
        stats = known_stats(outcome, place, selection.channel)
        if stats is None and place.role == "weight":
            self._fetch_weight(place, selection.channel)
            return
        self._show(subject(outcome, layer, place, stats), fresh=stats)

    def set_log(self, on: bool) -> None:
        self.histogram.log = on
        self.canvas.getAxis("left").setLogMode(y=on)
        self.histogram.redraw()
        self._draw_quantized()
        self._fit_height()

    def _show(self, shown: Subject, fresh: object) -> None:
        self.show_body()
        before, self.subject = self.subject, shown
        stats = shown.stats
        if stats is None or not stats.count:
            self.show_empty(self.tr("No values of this tensor were seen."))
            return
        same = before is not None and before.stats is fresh
        if not same:
            self.histogram.show(stats.distribution)
            self._fit()
        self._show_range()
        curve = None if shown.choice is None else shown.choice.curve
        self.curve.show(curve)
        self._no_curve.setVisible(curve is None)
        self.curve_canvas.setVisible(curve is not None)
        self._explain_missing_curve()
        self._try_methods()

    def _show_range(self) -> None:
        shown = self.subject
        if shown is None or shown.encoding is None:
            self.range.hide()
            self._set_figures(None)
            self.histogram.quantized.hide()
            return
        movable = shown.is_scalar
        low, high = float(shown.encoding.low.min()), float(shown.encoding.high.max())
        self.range.show_range(low, high, movable=movable, mirrored=shown.plan.symmetric)
        for field in (self.low, self.high):
            field.setEnabled(movable)
            field.setToolTip(
                self.tr("Type a number, or move it one step with the up and down keys")
                if movable
                else self.tr("Each channel has its own range: choose per tensor to set it by hand")
            )
        if movable and shown.stats is not None:
            self._set_figures(judge(shown.stats.distribution, shown.encoding))
        else:
            self._set_figures(None)
            self.low.set_value(low)
            self.high.set_value(high)
            self.readout.set_value("sqnr", f"{decibel(shown.sqnr_db)} dB")
        self._draw_quantized()

    def _preview(self, low: float, high: float) -> None:
        shown = self.subject
        if shown is None or shown.stats is None:
            return
        self._set_figures(figures(shown.stats.distribution, shown.plan, low, high))
        self._draw_quantized()

    def _commit(self, low: float, high: float) -> None:
        """One undo step for a whole drag; a run of arrow keys is one step too."""
        shown = self.subject
        if shown is None:
            return
        tensor = shown.place.tensor
        self._preview(low, high)
        plan = set_tensor(
            self.context.document.plan,
            shown.place.settings_role,
            [tensor],
            {"low": low, "high": high},
        )
        merge = f"nudge {tensor}" if self._nudging else None
        text = self.tr("set the range of {0}").format(tensor)
        self.context.document.edit(text, merge=merge, plan=plan)

    def nudge(self, end: int, steps: int) -> None:
        """Moves an end by quantization steps."""
        if self.figures is None:
            return
        self._nudging = True
        self.range.active = end
        self.range.nudge(end, steps * self.figures.step)
        self._nudging = False

    def _take_method(self, method: str) -> None:
        shown = self.subject
        if shown is None:
            return
        plan = set_tensor(
            self.context.document.plan,
            shown.place.settings_role,
            [shown.place.tensor],
            {"method": method},
        )
        text = self.tr("choose {0} for {1}").format(method, shown.place.tensor)
        self.context.document.edit(text, plan=plan)

    def _set_figures(self, found: Figures | None) -> None:
        self.figures = found
        if found is None:
            for key in ("sqnr", "clipped", "step"):
                self.readout.set_value(key, decibel(None))
            return
        if not self.low.hasFocus() or not self.low.isModified():
            self.low.set_value(found.low)
        if not self.high.hasFocus() or not self.high.isModified():
            self.high.set_value(found.high)
        self.readout.set_value("sqnr", f"{decibel(found.sqnr_db)} dB")
        self.readout.set_value("clipped", share(found.clipped))
        self.readout.set_value("step", number(found.step))

    def _draw_quantized(self) -> None:
        shown, found = self.subject, self.figures
        if shown is not None and shown.stats is not None:
            encoding = None if found is None else found.encoding
            self.histogram.show_quantized(shown.stats.distribution, encoding)

    def _try_methods(self) -> None:
        """Markers come when they are ready; the newest tensor wins."""
        shown = self.subject
        self.markers.show(())
        self.range.set_snaps(())
        if shown is None or not shown.is_scalar or shown.stats is None:
            return
        job = self.context.jobs.start(
            "methods",
            self.tr("Trying methods"),
            lambda monitor: candidates(shown, monitor=monitor),
        )
        job.done.connect(lambda found: self._show_candidates(shown, found))

    def _show_candidates(self, tried: Subject, found: tuple[Candidate, ...]) -> None:
        if tried is self.subject:
            self.found = found
            self.markers.show(found)
            self.range.set_snaps(self.markers.places)

    def _fetch_weight(self, place: Place, channel: int | None) -> None:
        outcome = self.context.document.outcome
        if outcome is None:
            return
        job = self.context.jobs.start(
            "statistics",
            self.tr("Reading the weight"),
            lambda _monitor: weight_stats(outcome.model, place, channel),
        )
        job.done.connect(lambda _stats: self.request_refresh())

    def _offer_tensors(self, offered: tuple[Place, ...], chosen: Place) -> None:
        names = {
            "output": self.tr("Output"),
            "weight": self.tr("Weight"),
            "input": self.tr("Input"),
        }
        self.tensors.blockSignals(True)
        self.tensors.clear()
        for place in offered:
            self.tensors.addItem(f"{names[place.role]}  {place.tensor}", place.tensor)
        self.tensors.setCurrentIndex(offered.index(chosen))
        self.tensors.blockSignals(False)

    def _choose_tensor(self, place: int) -> None:
        selection = self.context.document.selection
        self.context.document.select(*selection.layers, tensor=self.tensors.itemData(place))

    def _explain_missing_curve(self) -> None:
        shown = self.subject
        if shown is None or shown.encoding is None:
            text = self.tr("This tensor stays float.")
        elif not shown.is_scalar:
            text = self.tr("Each channel was searched by itself: there is no single curve.")
        elif shown.choice is None or shown.choice.note == "set by hand":
            text = self.tr("The range was set by hand: nothing was searched.")
        else:
            text = shown.choice.note or self.tr("This method does not search.")
        self._no_curve.setText(text)

    def _fit(self) -> None:
        edges = self.histogram.edges
        margin = 0.04 * (edges[-1] - edges[0])
        self.canvas.getViewBox().setXRange(edges[0] - margin, edges[-1] + margin, padding=0)
        self._fit_height()

    def _fit_height(self) -> None:
        """Tall bins at zero, as after a Relu, may leave the picture."""
        counts = self.histogram.counts
        if not counts.size:
            return
        import numpy as np

        if self.histogram.log:
            self.canvas.getViewBox().setYRange(-0.4, np.log10(max(counts.max(), 1.0)) * 1.08)
            return
        filled = np.sort(counts[counts > 0])
        top = filled[-1] if filled.size < 3 else min(filled[-1], 2.5 * filled[-3])
        self.canvas.getViewBox().setYRange(0.0, 1.12 * float(top), padding=0)

    def _point(self, at: QPointF | None) -> None:
        found = None if at is None else self.histogram.share_at(at.x())
        if at is None or found is None:
            self._hover.setText("")
            return
        self._hover.setText(
            self.tr("{0}: {1} values, {2}").format(
                number(at.x()), number(found[0]), share(found[1])
            )
        )

    def _make_parts(self) -> None:
        theme = self.context.theme
        self._nudging = False
        self.canvas = Canvas(
            theme, x=self.tr("value"), y=self.tr("count"), name=self.tr("Histogram")
        )
        self.histogram = Histogram(self.canvas, theme)
        self.range = ClipRange(self.canvas, theme)
        self.markers = Markers(self.canvas, theme)
        self.curve_canvas = Canvas(
            theme, x=self.tr("threshold"), y=self.tr("objective"), name=self.tr("Search curve")
        )
        self.curve = Curve(self.curve_canvas, theme)
        self.tensors = QComboBox()
        self.tensors.setAccessibleName(self.tr("Tensor of the layer"))
        self.tensors.setMinimumContentsLength(24)
        self.log_button = QToolButton()
        self.log_button.setText(self.tr("Log counts"))
        self.log_button.setCheckable(True)
        self.log_button.setToolTip(self.tr("Counts on a logarithmic scale (L)"))
        self._log_key = QShortcut(QKeySequence("L"), self)
        self._hover = QLabel()
        self._hover.setProperty("dim", True)
        self._no_curve = QLabel()
        self._no_curve.setProperty("dim", True)
        self._no_curve.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.low = NumberField(self.tr("Low end of the range"))
        self.high = NumberField(self.tr("High end of the range"))
        self.readout = Readout(
            {
                "sqnr": (
                    self.tr("SQNR"),
                    self.tr(
                        "Signal to quantization noise of this tensor alone; above 30 dB is "
                        "good.\nComputed from the histogram, in closed form."
                    ),
                ),
                "clipped": (
                    self.tr("clipped"),
                    self.tr(
                        "Share of the values outside the range: they take its ends.\n"
                        "A little clipping often pays for finer steps."
                    ),
                ),
                "step": (
                    self.tr("step"),
                    self.tr(
                        "Distance of two neighbouring codes: the scale.\n"
                        "Rounding errors are at most half of it."
                    ),
                ),
            }
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 8, 8, 4)
        head.setSpacing(8)
        head.addWidget(self.tensors)
        head.addWidget(self.log_button)
        head.addStretch(1)
        head.addWidget(self._hover)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 8)
        foot.setSpacing(8)
        for name, field in ((self.tr("low"), self.low), (self.tr("high"), self.high)):
            label = QLabel(name)
            label.setProperty("dim", True)
            foot.addWidget(label)
            foot.addWidget(field)
        foot.addSpacing(12)
        foot.addWidget(self.readout)
        foot.addStretch(1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.canvas)
        split.addWidget(self.curve_canvas)
        split.addWidget(self._no_curve)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setSizes([420, 160, 28])
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(split, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.range.moved.connect(self._preview)
        self.range.settled.connect(self._commit)
        self.markers.taken.connect(self._take_method)
        self.tensors.currentIndexChanged.connect(self._choose_tensor)
        self.log_button.toggled.connect(self.set_log)
        self._log_key.activated.connect(self.log_button.toggle)
        self.canvas.pointed.connect(self._point)
        self.canvas.fitted.connect(self._fit)
        for end, field in enumerate((self.low, self.high)):
            field.entered.connect(lambda x, end=end: self.range.put(end, x))
            field.stepped.connect(lambda steps, end=end: self.nudge(end, steps))
        for key, end_steps in {"Left": -1, "Right": 1}.items():
            shortcut = QShortcut(QKeySequence(key), self.canvas)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda steps=end_steps: self.nudge(self.range.active, steps))
        for key, end in {"Down": 0, "Up": 1}.items():
            shortcut = QShortcut(QKeySequence(key), self.canvas)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda end=end: setattr(self.range, "active", end))
