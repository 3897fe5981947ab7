"""Which sample made the extremes of a tensor, and whether more samples would change them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from quantengine.errors import PlanError
from quantengine.monitor import Monitor
from quantengine.observe.convergence import Extremes, extremes, growth
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable
from quantengine.ranges.settling import Settling, settling
from quantengine.resolve.spec import spec_of

from ..channels import range_of
from ..context import Context
from ..outcome import Outcome
from ..panels.tensor_view import TensorView
from ..place import WEIGHT, Place
from ..plots.canvas import Canvas
from ..plots.sample_bars import SampleBars
from ..plots.settling_curve import SettlingCurve
from ..subject import Subject, subject
from ..text import number, share
from ..translation import counted
from ..widgets.elided_label import ElidedLabel
from ..widgets.label import Label
from ..widgets.row import fill, vertical

SETTLED = 0.05
"""A range that moved less than this share of its width with the last samples has settled."""
_AXIS_WIDTH = 56


class SamplesView(TensorView):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.settled: Settling | None = None
        self._names: tuple[str, ...] = ()
        self._stats: TensorStats | None = None
        self._make_parts()
        self._lay_out()
        self.ranges_canvas.pointed.connect(self._point)
        self.follow_layers(context.document.table_changed)
        context.document.sample_changed.connect(self._mark_sample)

    def refresh(self) -> None:
        purpose = self.tr("Which sample made the extremes of a tensor will be shown here.")
        seen = self.seen(purpose)
        if seen is None:
            return
        outcome, layer, place = seen
        table = outcome.table
        if table is None:
            return
        if place.role == WEIGHT:
            self.show_empty(
                self.tr("Choose a layer with a quantized output: weights know no samples.")
            )
            return
        stats = self.context.network.ready.stats(outcome, place)
        if stats is None or not len(stats.sample_ranges):
            self.show_empty(self.tr("No values of this tensor were seen."))
            return
        self.show_body()
        self._show(outcome, table, place, stats)
        self._settle(table, subject(outcome, layer, place, stats))

    def _show(
        self, outcome: Outcome, table: CalibrationTable, place: Place, stats: TensorStats
    ) -> None:
        self._stats, self._names = stats, table.samples
        found = extremes(table, place.tensor)
        self.ranges.show(stats, range_of(outcome, place))
        self.curve.show_growth(growth(table, place.tensor))
        self.title.setText(place.tensor)
        self.about.setText(self._blame(found))
        self._mark_sample()

    def _mark_sample(self) -> None:
        name = self.context.document.sample
        self.ranges.mark(self._names.index(name) if name in self._names else None)

    def _blame(self, found: Extremes) -> str:
        return self.tr("Lowest {0} in {1}, highest {2} in {3}.").format(
            number(found.low), found.low_sample, number(found.high), found.high_sample
        )

    def _settle(self, table: CalibrationTable, shown: Subject) -> None:
        """What the method would choose from fewer samples; comes when it is ready."""
        self.settled = None
        self.curve.show_settling(None)
        self.verdict.setText("")
        plan = shown.plan
        spec = spec_of(plan, weight=False)
        if spec is None or spec.dtype.is_sign or plan.by_hand:
            return

        def call(_monitor: Monitor) -> Settling | None:
            try:
                tensor = shown.place.tensor
                return settling(table, tensor, spec, plan.method, dict(plan.parameters))
            except PlanError:
                return None  # parts of the data lack what the method needs

        job = self.context.steps.start("samples", self.tr("Trying fewer samples"), call)
        job.done.connect(lambda found: self._show_settling(plan.method, found))

    def _show_settling(self, method: str, found: Settling | None) -> None:
        self.settled = found
        self.curve.show_settling(found)
        if found is None or len(found.samples) < 2:
            return
        text = self.tr("{0} has settled: the last {1} moved its range by {2}.")
        if found.last_change > SETTLED:
            text = self.tr(
                "{0} has not settled: the last {1} moved its range by {2} of its width. "
                "Calibrate on more."
            )
        last = found.samples[-1] - found.samples[-2]
        self.verdict.setText(text.format(method, counted(last, "sample"), share(found.last_change)))

    def _rows(self) -> list[tuple[object, ...]]:
        if self._stats is None:
            return []
        ranges = zip(self._names, self._stats.sample_low, self._stats.sample_high, strict=True)
        return [("sample", "low", "high"), *((n, float(a), float(b)) for n, a, b in ranges)]

    def _point(self, at: QPointF | None) -> None:
        place = -1 if at is None else round(at.x())
        if self._stats is None or not 0 <= place < len(self._names):
            self.hover.setText(self.tr("Point at a bar to see whose it is."))
            return
        low, high = self._stats.sample_ranges[place]
        if np.isnan(low):
            self.hover.setText(self.tr("{0}: no values").format(self._names[place]))
            return
        self.hover.setText(
            f"{self._names[place]}: {number(float(low))} \N{HORIZONTAL ELLIPSIS} "
            f"{number(float(high))}"
        )

    def _make_parts(self) -> None:
        theme, value = self.context.theme, self.tr("value")
        self.title, self.hover = ElidedLabel(), ElidedLabel()
        self.about, self.verdict = Label(), Label()
        self.title.setProperty("heading", True)
        for label in (self.about, self.verdict):
            label.setWordWrap(True)
        self.verdict.setProperty("dim", True)
        self.hover.setProperty("dim", True)
        self.ranges_canvas = Canvas(
            theme, x=self.tr("sample"), y=value, name=self.tr("Range of each sample")
        )
        self.ranges_canvas.setToolTip(
            self.tr(
                "Smallest to largest value of each sample; triangles mark the extremes of all.\n"
                "One sample far beyond the others is an outlier: a method that clips suits it."
            )
        )
        self.ranges_canvas.table = self._rows
        self.ranges = SampleBars(self.ranges_canvas, theme)
        self.curve_canvas = Canvas(
            theme, x=self.tr("samples"), y=value, name=self.tr("Range after so many samples")
        )
        self.curve_canvas.setToolTip(
            self.tr(
                "Extremes after the first samples, and the range the method chooses from a\n"
                "quarter, a half, three quarters and all of them. Good: flat towards the right."
            )
        )
        self.curve = SettlingCurve(self.curve_canvas, theme)
        for canvas in (self.ranges_canvas, self.curve_canvas):
            canvas.getAxis("left").setWidth(_AXIS_WIDTH)

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.ranges_canvas)
        split.addWidget(self.curve_canvas)
        split.setSizes([320, 240])
        head = QWidget()
        inner = vertical(head, 16, 12, 16, 8, spacing=4)
        for part in (self.title, self.about, self.verdict):
            inner.addWidget(part)
        column = vertical(self.body, 0, 0, 0, 0, spacing=0)
        fill(column, head, (split, 1))
        self.hover.setContentsMargins(12, 4, 12, 8)
        column.addWidget(self.hover)
        self._point(None)
