"""What each layer takes in the float file and in the quantized one, and why it is slow there."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QSizePolicy

from quantengine.monitor import Monitor
from quantengine.speed.causes import Cause
from quantengine.speed.profile import LayerTime, Profile

from ..context import Context
from ..jobs import Job
from ..network import Measured
from ..outcome import Outcome
from ..panels.view import View
from ..plots.canvas import Canvas
from ..plots.time_bars import TimeBars
from ..text import ELLIPSIS, NOTHING, in_line, number
from ..translation import counted, said
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, push_button, row, vertical

_DIGITS = 3
_HEIGHT = 210
_MOST_CAUSES, _MOST_LAYERS = 5, 3
LANE = "speed"


class SpeedView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.measured: Measured[Profile] | None = None
        self.shown: list[LayerTime] = []
        self._names: Mapping[str, str] = {}
        makes = (self._make_words, self._make_plot, self._make_table)
        self.pieces = iter((*makes, self._lay_out, self._connect))

    def refresh(self) -> None:
        outcome, judged = self.context.document.outcome, self.context.document.judged
        if outcome is None or outcome.resolution is None or judged is None:
            self.show_missing_statistics(
                self.tr("What each layer takes in both files will be measured here.")
            )
            return
        self.show_body()
        running = self.context.jobs.running(LANE) is not None
        self.button.setVisible(not running)
        self.cancel.setVisible(running)
        self.button.setEnabled(not self.context.document.outcome_is_stale)
        aged = self.measured is not None and not self.context.network.is_current(self.measured)
        self.veil.cover(aged)

    def measure(self) -> Job | None:
        """Of the plan as it is now, written beside and dropped afterwards."""
        outcome, judged = self.context.document.outcome, self.context.document.judged
        if outcome is None or outcome.resolution is None or judged is None:
            return None
        resolution = outcome.resolution

        def call(monitor: Monitor) -> Measured[Profile]:
            from quantengine.speed.planned import profile_plan

            found = profile_plan(
                outcome.reference, outcome.model, resolution, judged, monitor=monitor
            )
            return Measured(outcome, judged, found)

        job = self.context.steps.start(LANE, self.tr("Measuring what each layer takes"), call)
        job.done.connect(self._show)
        return job

    def _show(self, measured: Measured[Profile]) -> None:
        self.measured, found = measured, measured.found
        self.summary.setText(self._summary(found))
        self._names = _names(measured.outcome)
        self.causes.setText("\n".join(map(self._cause_line, found.causes[:_MOST_CAUSES])))
        self.causes.setVisible(bool(found.causes))
        layers = [each for each in found.layers if each.layer]
        self.plot.show_layers(layers)
        self.canvas.table = lambda: [self._headings(), *map(self._cells, layers)]
        self.shown = sorted(layers, key=lambda each: -each.slower_by_ms)
        self.table.show_rows(
            [self._cells(each) for each in self.shown],
            tips=[f"{each.layer}\n{each.operator}" for each in self.shown],
        )
        for part in (self.canvas, self.table):
            part.show()
        self.request_refresh()

    def _summary(self, found: Profile) -> str:
        text = self.tr(
            "One sample takes {0} ms in the float file and {1} ms in the quantized one, "
            "{2} of them in {3}; median of runs on {4}."
        )
        return text.format(
            number(found.float_ms, _DIGITS),
            number(found.ms, _DIGITS),
            number(found.conversion_ms, _DIGITS),
            counted(found.conversions, "conversion"),
            counted(found.samples, "sample"),
        )

    def _cause_line(self, each: Cause) -> str:
        layers = ", ".join(self._names.get(name, name) for name in each.layers[:_MOST_LAYERS])
        more = ", " + ELLIPSIS if len(each.layers) > _MOST_LAYERS else ""
        where = f" ({layers}{more})" if layers else ""
        return f"{number(each.ms, _DIGITS)} ms: {said(each.text)}{where}"

    def _point(self, at: QPointF | None) -> None:
        """The layer under the mouse, with what it takes."""
        place = -1 if at is None else round(at.x())
        found = self.measured
        layers = [] if found is None else [each for each in found.found.layers if each.layer]
        tip = ""
        if 0 <= place < len(layers):
            name, before, after, *_ = self._cells(layers[place])
            tip = f"{name}: {before} \N{RIGHTWARDS ARROW} {after} ms"
        self.canvas.setToolTip(plain_tip(tip))

    def _open(self, place: int) -> None:
        if 0 <= place < len(self.shown):
            self.context.document.select(self.shown[place].layer)

    def _forget(self) -> None:
        self.measured = None
        self.summary.setText(self._invitation())
        for part in (self.causes, self.canvas, self.table):
            part.hide()

    def _invitation(self) -> str:
        return self.tr(
            "onnxruntime's own times of both files on this computer: which layers became slower, "
            "and why."
        )

    def _cells(self, each: LayerTime) -> tuple[str, ...]:
        kinds = {
            "integer": self.tr("integers"),
            "float": self.tr("float"),
            "both": self.tr("both"),
        }
        return (
            in_line(self._names.get(each.layer, each.layer)),
            number(each.float_ms, _DIGITS),
            number(each.ms, _DIGITS),
            number(each.conversion_ms, _DIGITS) if each.conversions else "",
            kinds.get(each.runs, NOTHING),
        )

    def _headings(self) -> tuple[str, ...]:
        return tuple(title for title, _ in self.table.headings)

    def _make_words(self) -> None:
        self.summary, self.causes = Label(self._invitation()), Label()
        for label in (self.summary, self.causes):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        tip = self.tr(
            "Runs the float file and, from a temporary folder, the one of this plan for some "
            "seconds"
        )
        self.button = push_button(self.tr("Measure"), self.measure, tip)
        self.cancel = push_button(self.tr("Cancel"), lambda: self.context.jobs.cancel(LANE))

    def _make_plot(self) -> None:
        self.canvas = Canvas(
            self.context.theme,
            x=self.tr("layer, from input to output"),
            y=self.tr("ms"),
            name=self.tr("What each layer takes"),
        )
        self.canvas.setFixedHeight(_HEIGHT)
        self.canvas.pointed.connect(self._point)
        self.plot = TimeBars(self.canvas, self.context.theme)

    def _make_table(self) -> None:
        tip = self.tr("One sample, as onnxruntime runs the file; 0: it is run within another layer")
        self.table = FigureTable(
            self.tr("What each layer takes"),
            [
                (self.tr("Layer"), self.tr("Those that became slower first")),
                (self.tr("Float ms"), tip),
                (self.tr("Quantized ms"), tip),
                (
                    self.tr("Conversions ms"),
                    self.tr("The part of it that makes codes of floats, and floats of codes"),
                ),
                (self.tr("Runs in"), self.tr("What its kernels compute with once quantized")),
            ],
        )
        self.table.chosen.connect(self._open)

    def _lay_out(self) -> None:
        column = vertical(self.body, 16, 0, 16, 12, spacing=8)
        fill(column, self.summary, self.causes, self.canvas, (self.table, 1))
        column.addLayout(row(self.button, self.cancel))
        column.addStretch()
        for part in (self.causes, self.canvas, self.table, self.cancel):
            part.hide()

    def _connect(self) -> None:
        document, jobs = self.context.document, self.context.jobs
        self.follow(document.outcome_changed, document.judged_changed, jobs.started, jobs.ended)
        document.model_changed.connect(self._forget)


def _names(outcome: Outcome) -> Mapping[str, str]:
    """As short as the list of layers has them."""
    return dict(zip(outcome.tree.names, outcome.tree.short, strict=True))
