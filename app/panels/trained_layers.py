"""Every layer before recovery and training, and after."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from quantengine.analyze.layer_errors import layer_errors
from quantengine.monitor import Monitor
from quantengine.work.candidate import Candidate
from quantengine.work.work import Work

from ..context import Context
from ..outcome import work_out
from ..text import MINUS, NOTHING, decibel, number
from ..widgets.figure_table import FigureTable

_JUDGES = 8

Errors = Mapping[str, float]


class TrainedLayers(FigureTable):
    """Hidden until there is something to compare."""

    def __init__(self, context: Context) -> None:
        translate = QCoreApplication.translate
        super().__init__(
            translate("TrainedLayers", "Layers before and after"),
            [
                (
                    translate("TrainedLayers", "Layer"),
                    translate("TrainedLayers", "The colour is that of the level after"),
                ),
                (
                    translate("TrainedLayers", "Plan alone dB"),
                    translate(
                        "TrainedLayers",
                        "SQNR of the layer's output against the float model, with all before it\n"
                        "quantized too, neither recovered nor trained",
                    ),
                ),
                (
                    translate("TrainedLayers", "Trained dB"),
                    translate("TrainedLayers", "The same as it is in use now"),
                ),
                (
                    translate("TrainedLayers", "Change dB"),
                    translate(
                        "TrainedLayers", "What training brought, with the recovery before it if any"
                    ),
                ),
                (
                    translate("TrainedLayers", "Delta weights"),
                    translate(
                        "TrainedLayers",
                        "How much ewgs scaled their gradients by the distance to the level they "
                        "round to,\nin steps of the grid, as it was measured last; 0: not at all",
                    ),
                ),
                (
                    translate("TrainedLayers", "Delta output"),
                    translate("TrainedLayers", "The same of what the layer gives"),
                ),
            ],
        )
        self._context = context
        self._measured: Candidate | None = None
        self._errors: tuple[Errors, Errors] = ({}, {})
        context.theme.changed.connect(self._draw)
        self.hide()

    def show_candidate(self, made: Candidate | None) -> None:
        """Measures on the same few samples what was made of the plan; None: nothing."""
        if made is self._measured:
            return
        self._measured = made
        self.hide()
        self._errors = ({}, {})
        self._draw()
        if made is not None:
            self._measure(made)

    def _measure(self, made: Candidate) -> None:
        dataset, table = self._context.document.dataset, self._context.document.table
        if dataset is None:
            return

        def call(monitor: Monitor) -> tuple[Errors, Errors]:
            model = made.work.model
            plain = work_out(Work(model, made.plan, dataset, table), monitor=monitor)
            assert plain.resolution is not None
            before, after = (
                layer_errors(model, seen, encodings, dataset, limit=_JUDGES, monitor=monitor)
                for seen, encodings in (
                    (model, plain.resolution.encodings),
                    (made.model, made.resolution.encodings),
                )
            )
            return before, after

        job = self._context.steps.start("trained layers", self.tr("Comparing layers"), call)
        job.done.connect(self._take)

    def _take(self, found: tuple[Errors, Errors]) -> None:
        self._errors = found
        self._draw()
        self.show()

    def _draw(self) -> None:
        before, after = self._errors
        trained = None if self._measured is None else self._measured.trained
        deltas = {} if trained is None else trained.layer_deltas()
        names = [name for name in before if name in after]
        self.show_rows(
            [
                (
                    name,
                    decibel(before[name]),
                    decibel(after[name]),
                    _signed(after[name] - before[name]),
                    *(number(each, 2) for each in deltas.get(name, (None, None))),
                )
                for name in names
            ],
            colours=[self._context.theme.sqnr_colour(after[name]) for name in names],
        )


def _signed(value: float) -> str:
    return NOTHING if value != value else f"{value:+.1f}".replace("-", MINUS)  # noqa: PLR0124
