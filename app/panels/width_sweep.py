"""The result against width, plain, recovered and fine-tuned: a chart that fills as it is run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from quantengine.errors import PlanError
from quantengine.finetune.settings import Settings

from ..context import Context
from ..expected import WIDTH
from ..jobs import Bridge, Job
from ..plots.canvas import Canvas
from ..plots.width_lines import Line, WidthLines
from ..translation import counted, said
from ..widgets.choice_box import ChoiceBox
from ..widgets.label import Label, plain_tip
from ..widgets.row import vertical

if TYPE_CHECKING:
    from quantengine.verdict.verdict import Verdict
    from quantengine.work.width_curve import WidthCurve, WidthPoint

LANE = "widths"
_MOST_BITS = 8
_USUAL = (2, 6)
_AXIS_WIDTH = 48
_PLOT_HEIGHT = 220


class WidthSweep(QWidget):
    """One sample in five judges and teaches nothing."""

    changed = Signal()
    """Points, or what is said of them."""

    def __init__(
        self, context: Context, settings: Callable[[], Settings], trains: Callable[[], bool]
    ) -> None:
        """`settings` tells how to train, when asked; it may raise PlanError."""
        super().__init__()
        self._context, self._settings, self._trains = context, settings, trains
        self.points: list[WidthPoint] = []
        self.note = ""
        self.first, self.last = self._widths(_USUAL[0]), self._widths(_USUAL[1])
        self.button = QPushButton(self.tr("Sweep widths"))
        self.button.clicked.connect(lambda _checked: self.sweep())
        self.canvas = Canvas(
            context.theme,
            x=self.tr("bits of weights and activations"),
            y=self.tr("output SQNR, dB"),
            name=self.tr("Result against width"),
        )
        self.canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        self.canvas.setToolTip(
            self.tr(
                "The network at each width, on samples that taught nothing: the higher the better."
            )
        )
        self.canvas.table = self._table
        self.lines = WidthLines(self.canvas, context.theme)
        self._lay_out()
        context.document.model_changed.connect(self._start_over)
        context.document.data_changed.connect(self._start_over)
        self._start_over()

    def refresh(self) -> None:
        """Says what can be measured: without torch nothing is trained."""
        tip = self.tr("Calibrates and recovers weights and activations at each width")
        if self._trains():
            tip = self.tr(
                "Calibrates, recovers and trains weights and activations at each width: takes\n"
                "as many trainings as there are widths"
            )
        self.button.setToolTip(plain_tip(tip))

    def expectation(self) -> str:
        """How its time is known, which the button tells; training takes longest where there is."""
        expected, text = self._context.expected, self.tr("Sweep widths")
        found = expected.of(WIDTH)
        known = found is not None and (found.measured or not self._trains())
        self.button.setText(expected.named(text, WIDTH, len(self.widths)) if known else text)
        if not known:
            return self.tr("How long it takes is known after the first width.")
        return expected.source(WIDTH)

    @property
    def widths(self) -> tuple[int, ...]:
        low, high = sorted((self.first.currentData(), self.last.currentData()))
        return tuple(range(low, high + 1))

    def sweep(self) -> Job | None:
        """Measures every width; points appear as they are found."""
        work = self._context.document.work
        widths, trains = self.widths, self._trains()
        if work is None or work.dataset is None:
            return None
        unobserved = replace(work, table=None)
        try:
            settings = self._settings() if trains else None
        except PlanError as error:
            self._context.steps.refuse(LANE, said(error))
            return None

        def call(monitor: Bridge) -> WidthCurve:
            from quantengine.work.width_curve import width_curve

            return width_curve(
                unobserved,
                bits=widths,
                settings=settings,
                trains=trains,
                watch=monitor.find,
                monitor=monitor,
            )

        self._start_over()
        job = self._context.steps.start(LANE, self.tr("Sweeping widths"), call)
        job.found.connect(self._add)
        job.done.connect(self._finish)
        job.finished.connect(partial(self._tidy, job))
        self.button.setEnabled(False)
        self._say(self.tr("The first point comes once the first width is calibrated."))
        return job

    def _add(self, point: WidthPoint) -> None:
        self.points.append(point)
        self._draw()
        self._say(self.tr("More points come as they are measured."))

    def _finish(self, curve: WidthCurve) -> None:
        text = self.tr("Judged on {0} that taught nothing.")
        self._say(text.format(counted(curve.samples, "sample")))

    def _tidy(self, job: Job) -> None:
        self.button.setEnabled(self._context.jobs.running(LANE) is None)
        if job.cancelled and self.points:
            self._say(self.tr("Stopped: the widths that were finished are shown."))
        elif not self.points and self._context.jobs.running(LANE) is None:
            self._start_over()

    def _start_over(self) -> None:
        self._context.jobs.cancel(LANE)
        self.points = []
        self._draw()
        self._say("")

    def _say(self, note: str) -> None:
        self.note = note
        self.changed.emit()

    def _draw(self) -> None:
        from quantengine.work.width_curve import quality

        name, values = quality(self.points) if self.points else ("judged_db", [])
        factor = 1.0 if name in ("judged_db", "own") else 100.0
        titles = {
            "accuracy": self.tr("top-1, %"),
            "agreement": self.tr("agreement, %"),
            "judged_db": self.tr("output SQNR, dB"),
            "own": self.tr("metric"),
            "equal": self.tr("equal integers, %"),
        }
        self.canvas.set_title("left", titles[name])
        lines: dict[str, Line] = {}
        for stage in dict.fromkeys(point.stage for point in self.points):
            pairs = [
                (point.bits, factor * value)
                for point, value in zip(self.points, values, strict=True)
                if point.stage == stage and not math.isnan(value)
            ]
            lines[stage] = [bits for bits, _ in pairs], [value for _, value in pairs]
        self.lines.show(lines, self.widths)

    def _table(self) -> list[tuple[object, ...]]:
        heading = ("bits", "stage", "judged_db", "agreement", "accuracy", "own")
        return [
            heading,
            *((p.bits, p.stage, *_figures(p.effect)) for p in self.points),
        ]

    def _widths(self, value: int) -> QComboBox:
        combo = ChoiceBox()
        combo.setAccessibleName(self.tr("Width in bits"))
        for bits in range(1, _MOST_BITS + 1):
            combo.addItem(str(bits), bits)
        combo.setCurrentIndex(combo.findData(value))
        combo.activated.connect(lambda _place: self._draw())
        combo.activated.connect(lambda _place: self.changed.emit())
        return combo

    def _lay_out(self) -> None:
        words = Label(self.tr("bits")), Label(self.tr("to"))
        self.controls = (words[0], self.first, words[1], self.last, self.button)
        self.canvas.setMinimumHeight(_PLOT_HEIGHT)
        vertical(self, 0, 0, 0, 0).addWidget(self.canvas)


def _figures(found: Verdict) -> tuple[float | None, ...]:
    own = None if found.own is None else found.own.candidate
    return found.judged_db, found.agreement, found.accuracy, own
