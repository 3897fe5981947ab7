"""Mixed precision: plans from small to good, and the one a person takes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter

from quantengine.errors import PlanError
from quantengine.search.budget import Budget
from quantengine.search.front import Front, FrontPoint, undominated
from quantengine.targets import target_named
from quantengine.verdict.verdict import Verdict
from quantengine.work.search import search_widths

from ..context import Context
from ..jobs import Bridge, Job
from ..outcome import Outcome, settled, work_out
from ..panels.search_form import KILOBYTE, SearchForm
from ..panels.view import View
from ..plots.canvas import Canvas
from ..plots.front import FrontPlot
from ..text import NOTHING, decibel, number, share, size
from ..translation import counted
from ..widgets.elided_label import ElidedLabel
from ..widgets.figure_table import FigureTable
from ..widgets.row import fill, vertical

_AXIS_WIDTH = 48
_METRIC = 6
"""The column that is there where a person's metric decides."""


class SearchView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.front: Front | None = None
        self.written = NOTHING
        """SQNR of the chosen plan with what is done beyond it, as it is exported."""
        self.tried: list[FrontPoint] = []
        self.points: tuple[FrontPoint, ...] = ()
        """The front, or what is known of it while the search runs."""
        self._make_parts()
        self._lay_out()
        self._connect()

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
            self.context.steps.refuse("search", str(error))
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
        self.front, self.tried, self.points = None, [], ()
        self._draw()

    def _add(self, point: FrontPoint) -> None:
        self.tried.append(point)
        self.points = undominated(self.tried)
        self._draw()

    def _take(self, found: tuple[Front, Outcome, Verdict]) -> None:
        self.front, written, verdict = found
        self.points, self.written = self.front.points, _quality(verdict)
        self.context.document.keep_outcome(written)
        self._draw()

    def _end(self, job: Job) -> None:
        """What a cancelled search found is no front: it goes."""
        if job.cancelled and self.front is None and self.context.jobs.running("search") is None:
            self._start_over()
        self.request_refresh()

    def _draw(self) -> None:
        self.plot.show(
            [(point.bytes, _height(point)) for point in self.tried],
            [(point.bytes, _height(point)) for point in self.points],
            KILOBYTE,
        )
        own = any(point.own is not None for point in self.tried)
        self.table.setColumnHidden(_METRIC, not own)
        self.canvas.set_title("left", self.tr("metric") if own else self.tr("output SQNR, dB"))
        chosen = None if self.front is None else self.points.index(self.front.chosen)
        self.table.show_rows([self._row(point) for point in self.points], strong=chosen)
        if chosen is not None:
            self.table.selectRow(chosen)
        self._mark()

    def _row(self, point: FrontPoint) -> tuple[str, ...]:
        return (
            size(point.bytes),
            share(point.bytes / self._whole),
            decibel(point.measured_db),
            decibel(point.predicted_db),
            NOTHING if point.agreement is None else share(point.agreement),
            NOTHING if point.drop is None else number(point.drop, 3),
            NOTHING if point.own is None else number(point.own.candidate),
        )

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
        self.plot.mark(used)
        self.take.setEnabled(bool(self.points))
        if self.front is None:
            running = self.context.jobs.running("search") is not None
            text = self.tr("Only plans that were run appear here.") if running else ""
        elif used is not None:
            text = self.tr("In use: {0}, {1} by the plan alone.").format(
                size(self.points[used].bytes), _told(self.points[used])
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
        self.state.setText(text)

    def _show_limit(self, budget: Budget) -> None:
        most = budget.max_bytes
        self.plot.show_limit(None if most is None else most / KILOBYTE, budget.target_sqnr_db)

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
        self.hover.setText(self.tr("{0}, {1}").format(size(point.bytes), _told(point)))

    def _table(self) -> list[tuple[object, ...]]:
        heading = ("bytes", "measured_db", "predicted_db", "agreement", "drop")
        return [heading, *(tuple(getattr(p, key) for key in heading) for p in self.points)]

    def _make_parts(self) -> None:
        self.form = SearchForm(self.context.document)
        self.button = QPushButton(self.tr("Search"))
        self.button.setProperty("primary", True)
        self.button.setToolTip(
            self.tr("Each width of each layer is measured alone, then whole plans are run")
        )
        self.take = QPushButton(self.tr("Use this plan"))
        self.state, self.hover = ElidedLabel(), ElidedLabel()
        for label in (self.state, self.hover):
            label.setProperty("dim", True)
        self.canvas = Canvas(
            self.context.theme,
            x=self.tr("weights, kB"),
            y=self.tr("output SQNR, dB"),
            name=self.tr("Size against error"),
        )
        self.canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        self.canvas.table = self._table
        self.plot = FrontPlot(self.canvas, self.context.theme)
        self.table = FigureTable(
            self.tr("Plans"),
            [
                (self.tr("Weights"), self.tr("Bytes of all weights")),
                (self.tr("Of float"), self.tr("Share of what the float weights take")),
                (self.tr("Output dB"), self.tr("SQNR of the outputs, measured, by the plan alone")),
                (self.tr("Predicted"), self.tr("dB, from what each width does alone")),
                (self.tr("Agreement"), self.tr("Share of samples with the same best class")),
                (self.tr("Drop"), self.tr("Points of top-1 lost, of agreement without labels")),
                (self.tr("Metric"), self.tr("Your own, where that decides; Drop is what it loses")),
            ],
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.form, 1)
        head.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        fill(foot, self.take, self.state, 1, self.hover)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.canvas)
        parts.addWidget(self.table)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setSizes([300, 200])
        column = vertical(self.body, 16, 12, 16, 12, spacing=8)
        fill(column, head, (parts, 1), foot)

    def _connect(self) -> None:
        document = self.context.document
        self.follow(document.outcome_changed, document.data_changed, document.plan_changed)
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
