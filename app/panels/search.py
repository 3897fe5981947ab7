"""Mixed precision: plans from small to good, and the one a person takes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QPushButton, QSplitter

from quantengine.errors import PlanError
from quantengine.search.budget import Budget
from quantengine.search.front import Front, FrontPoint, undominated
from quantengine.targets import target_named
from quantengine.verdict.verdict import Verdict
from quantengine.work.search import search_widths
from quantengine.work.weight_widths import weight_widths

from ..context import Context
from ..expected import SEARCH
from ..jobs import Bridge, Job
from ..outcome import Outcome, settled, work_out
from ..panels.card import Card
from ..panels.search_form import SearchForm
from ..panels.search_table import PlanTable
from ..plots.canvas import Canvas
from ..plots.front import FrontPlot
from ..text import NOTHING, decibel, number, size
from ..translation import counted, said
from ..widgets.elided_label import ElidedLabel
from ..widgets.row import fill, horizontal, vertical

_AXIS_WIDTH = 48
_PLOT_HEIGHT, _TABLE_HEIGHT = 260, 150


class SearchView(Card):
    def __init__(self, context: Context) -> None:
        purpose = self.tr(
            "Finds a width for each layer: the smallest model that keeps a quality, or the best "
            "within a size. Whole plans are run, and you take one."
        )
        super().__init__(context, purpose)
        self.written = NOTHING
        """SQNR of the chosen plan with what is done beyond it, as it is exported."""
        self.tried: list[FrontPoint] = []
        self.points: tuple[FrontPoint, ...] = ()
        """The front, or what is known of it while the search runs."""
        makes = (self._make_form, self._make_canvas, self._make_plot, self._make_table)
        self.pieces = iter((*makes, self._lay_out, self._connect))

    @property
    def front(self) -> Front | None:
        """What the last search found, kept with what is known of the network."""
        return self.context.network.front

    def refresh(self) -> None:
        document = self.context.document
        outcome = document.outcome
        if outcome is None or outcome.resolution is None or document.dataset is None:
            self.show_missing_statistics(
                self.tr("Plans that mix widths will be searched here, from small to good.")
            )
            return
        self.show_body()
        self.button.setEnabled(self.context.jobs.running("search") is None)
        self.button.setText(self.context.expected.named(self.tr("Search"), SEARCH))
        self.form.offer()
        self.expect(self.context.expected.source(SEARCH))
        self._draw_present()
        self._mark()

    def search(self) -> Job | None:
        """Measures plans until the limit is kept with the fewest bytes."""
        document, ready = self.context.document, self.context.network.ready
        work, recipe = document.work, document.decided.recipe
        if work is None or work.table is None or work.dataset is None:
            return None
        dataset = work.dataset
        try:
            budget = self.form.budget()
        except PlanError as error:
            self.context.steps.refuse("search", said(error))
            return None
        widths = target_named(work.plan.target).widths
        widths = widths if self.form.floats.isChecked() else widths.without_float
        samples = self.form.count

        def call(monitor: Bridge) -> tuple[Front, Outcome, Verdict]:
            front = search_widths(
                work,
                budget,
                widths=widths,
                limit=samples,
                watch=monitor.find,
                monitor=monitor,
            )
            chosen = replace(work, plan=front.chosen.plan)
            written = settled(work_out(chosen, recipe), monitor)
            return front, written, ready.verdict(written, dataset, monitor)

        self._start_over()
        job = self.context.steps.start("search", self.tr("Searching widths"), call)
        job.found.connect(self._add)
        job.done.connect(self._take)
        job.finished.connect(partial(self._end, job))
        self.button.setEnabled(False)
        self._show_limit(budget)
        return job

    def load(self, place: int) -> None:
        """Takes the plan of a point, as one undo step."""
        if 0 <= place < len(self.points):
            point = self.points[place]
            text = self.tr("plan of {0}").format(size(point.bytes))
            self.context.document.edit(text, plan=point.plan)

    def _start_over(self) -> None:
        self.context.network.front = None
        self.tried, self.points = [], ()
        self._draw()

    def _add(self, point: FrontPoint) -> None:
        self.tried.append(point)
        self.points = undominated(self.tried)
        self._draw()

    def _take(self, found: tuple[Front, Outcome, Verdict]) -> None:
        front, written, verdict = found
        self.context.network.front = front
        self.points, self.written = front.points, _quality(verdict)
        self.context.document.keep_outcome(written)
        self._draw()

    def _end(self, job: Job) -> None:
        """What a cancelled search found is no front: it goes."""
        if job.cancelled and self.front is None and self.context.jobs.running("search") is None:
            self._start_over()
        self.request_refresh()

    def _draw(self) -> None:
        unit, name = self.form.size_unit
        self.canvas.set_title("bottom", self.tr("weights, {0}").format(name))
        self.plot.show(
            [(point.bytes, _height(point)) for point in self.tried],
            [(point.bytes, _height(point)) for point in self.points],
            unit,
        )
        self._draw_present()
        self.show_results(bool(self.tried))
        own = any(point.own is not None for point in self.tried)
        self.canvas.set_title("left", self.tr("metric") if own else self.tr("output SQNR, dB"))
        chosen = None if self.front is None else self.points.index(self.front.chosen)
        self.table.show_points(self.points, self.form.size_unit, self._whole, chosen)
        if chosen is not None:
            self.table.selectRow(chosen)
        self._mark()

    def _size(self, count: int) -> str:
        """In the one unit of all sizes here."""
        unit, name = self.form.size_unit
        return f"{number(count / unit, 3)} {name}"

    def _draw_present(self) -> None:
        """The plan as it is, where its quality is known in the figure that is drawn."""
        document, measured = self.context.document, self.context.network.measured
        outcome = document.outcome
        if outcome is None or measured is None or self.context.network.is_stale:
            self.plot.show_present(None)
            return
        found = measured.found
        height = found.judged_db if found.own is None else found.own.candidate
        unit, _ = self.form.size_unit
        count = sum(layer.bytes_after for layer in outcome.reports)
        self.plot.show_present(None if height is None else (count / unit, height))

    @property
    def _whole(self) -> int:
        """Bytes of the weights as floats."""
        if self.front is not None:
            return self.front.float_bytes
        outcome = self.context.document.outcome
        reports = () if outcome is None else outcome.reports
        return sum(layer.bytes_before for layer in reports) or 1

    def _mark(self) -> None:
        plan = self.context.document.plan
        used = next((i for i, each in enumerate(self.points) if each.plan == plan), None)
        found = None if self.front is None else self.points.index(self.front.chosen)
        self.plot.mark(found if used is None else used)
        self.take.setEnabled(bool(self.points))
        if self.front is None:
            running = self.context.jobs.running("search") is not None
            text = self.tr("Only plans that were run appear here.") if running else ""
        elif used is not None:
            text = self.tr("In use: {0}, {1} by the plan alone.").format(
                self._size(self.points[used].bytes), _told(self.points[used])
            )
        else:
            text = self.tr(
                "{0} alone on {1}; the marked one is written with {2}. Click a "
                "point to take its plan."
            ).format(
                counted(len(self.points), "plan"),
                counted(self.front.samples, "sample"),
                self.written,
            )
        self.say(text)

    def _show_limit(self, budget: Budget) -> None:
        most = budget.max_bytes
        unit, _ = self.form.size_unit
        self.plot.show_limit(None if most is None else most / unit, budget.target_sqnr_db)

    def _click(self, event: MouseClickEvent) -> None:
        place = self.plot.at(event.scenePos())
        if place is not None:
            self.table.selectRow(place)
            self.load(place)

    def _point(self, at: QPointF | None) -> None:
        place = None
        if at is not None:
            place = self.plot.at(self.canvas.getViewBox().mapViewToScene(at))
        if place is None:
            self.hover.clear()
            return
        point = self.points[place]
        told = (self._size(point.bytes), _told(point), self._widths(point))
        self.hover.setText(", ".join(told))

    def _widths(self, point: FrontPoint) -> str:
        """How many weights have how many bits."""
        work = self.context.document.work
        if work is None:
            return ""
        counts = weight_widths(replace(work, plan=point.plan))
        parts = [
            self.tr("float: {0}").format(count)
            if bits is None
            else self.tr("{0} bit: {1}").format(bits, count)
            for bits, count in counts.items()
        ]
        return ", ".join(parts)

    def _table(self) -> list[tuple[object, ...]]:
        heading = ("bytes", "measured_db", "predicted_db", "agreement", "drop")
        return [heading, *(tuple(getattr(p, key) for key in heading) for p in self.points)]

    def _make_form(self) -> None:
        self.form = SearchForm(self.context.document)
        self.button = QPushButton(self.tr("Search"))
        self.button.setProperty("primary", True)
        self.button.setToolTip(
            self.tr("Each width of each layer is measured alone, then whole plans are run")
        )
        self.take = QPushButton(self.tr("Use this plan"))
        self.hover = ElidedLabel()
        self.hover.setProperty("dim", True)

    def _make_canvas(self) -> None:
        self.canvas = Canvas(
            self.context.theme,
            x=self.tr("weights"),
            y=self.tr("output SQNR, dB"),
            name=self.tr("Size against error"),
        )
        self.canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        self.canvas.setMinimumHeight(_PLOT_HEIGHT)
        self.canvas.table = self._table

    def _make_plot(self) -> None:
        self.plot = FrontPlot(self.canvas, self.context.theme)

    def _make_table(self) -> None:
        self.table = PlanTable()
        self.table.setMinimumHeight(_TABLE_HEIGHT)

    def _lay_out(self) -> None:
        self.add_controls(self.form, self.button)
        foot = horizontal(None, 0, 0, 0, 0, spacing=12)
        fill(foot, self.take, (self.hover, 1))
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.canvas)
        parts.addWidget(self.table)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        column = vertical(self.results, 0, 0, 0, 0, spacing=8)
        fill(column, (parts, 1), foot)

    def _connect(self) -> None:
        document = self.context.document
        self.follow(document.outcome_changed, document.data_changed, document.plan_changed)
        self.follow(self.context.network.changed, self.context.expected.changed)
        document.model_changed.connect(self._start_over)
        document.table_changed.connect(self._start_over)
        self.button.clicked.connect(lambda _checked: self.search())
        self.take.clicked.connect(lambda _checked: self.load(self.table.currentRow()))
        self.table.chosen.connect(self.load)
        self.canvas.pointed.connect(self._point)
        self.canvas.scene().sigMouseClicked.connect(self._click)
        self._point(None)


def _height(point: FrontPoint) -> float:
    """Where a plan is drawn: dB, or a person's metric."""
    own = None if point.own is None else point.own.candidate
    return point.measured_db if own is None else own


def _quality(verdict: Verdict) -> str:
    if verdict.own is not None:
        return number(verdict.own.candidate)
    return f"{decibel(verdict.judged_db)} dB"


def _told(point: FrontPoint) -> str:
    own = None if point.own is None else point.own.candidate
    return f"{decibel(point.measured_db)} dB" if own is None else number(own)
