"""Every range method for every layer, and what scales for each channel gain: from statistics."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QPushButton, QWidget

from quantengine.analyze.method_map import ACTIVATIONS, WEIGHTS, MethodMap, method_map
from quantengine.analyze.scale_pairs import ScalePair, scale_pairs
from quantengine.monitor import Monitor
from quantengine.resolve.memo import Memo

from ..context import Context
from ..jobs import Job
from ..outcome import Outcome
from ..panels.card import Card
from ..panels.method_cells import heat_rows, summary
from ..panels.scale_rows import ScaleRows, pairs_said
from ..widgets.heat_table import HeatTable
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, row, vertical
from ..widgets.segments import Segments
from ..widgets.veil import Veil

LANE = "method map"
_SCALES = "scales"
_MOST_ROWS = 16


class Found(NamedTuple):
    """What was tried under one plan."""

    outcome: Outcome
    methods: MethodMap
    pairs: tuple[ScalePair, ...]


class MethodMapView(Card):
    """A click opens the layer."""

    shows_statistics = True

    def __init__(self, context: Context) -> None:
        purpose = self.tr(
            "Tries every range method on every layer, and one scale against one for each channel: "
            "from statistics alone, nothing is run."
        )
        super().__init__(context, purpose)
        self.found: Found | None = None
        self.expect("")
        self._memo: Memo = {}
        self._memo_of: tuple[object, object] = (None, None)
        self.pieces = iter((self._make_parts, self._make_tables, self._lay_out))

    def refresh(self) -> None:
        outcome = self.context.document.outcome
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(
                self.tr("Every range method for every layer will be compared here.")
            )
            return
        self.show_body()
        self._note_state()

    def compare(self) -> Job | None:
        """Tries all; rows that the plan leaves as they were are not tried again."""
        outcome = self.context.document.outcome
        if outcome is None or outcome.resolution is None:
            return None
        of = (outcome.model, outcome.table)
        if self._memo_of != of:
            self._memo_of, self._memo = of, {}
        memo, resolution = self._memo, outcome.resolution

        def call(monitor: Monitor) -> Found:
            tried = method_map(outcome.model, resolution, outcome.table, memo=memo, monitor=monitor)
            return Found(
                outcome, tried, scale_pairs(outcome.model, resolution, memo=memo, monitor=monitor)
            )

        job = self.context.steps.start(LANE, self.tr("Trying methods"), call)
        job.done.connect(self._show)
        job.finished.connect(self._note_state)
        self._note_state()
        return job

    def open(self, place: int) -> None:
        """The tensor of a row of the table that is shown, with its methods."""
        if self.found is not None:
            tried = self.found.methods.of(str(self.shown.value))[place]
            self._open(tried.layer, tried.tensor, "methods")

    def _open(self, layer: str, tensor: str, part: str) -> None:
        self.context.document.select(layer, tensor=tensor)
        self.context.show(part)

    def _show(self, found: Found) -> None:
        self.found = found
        self._show_chosen()
        self._note_state()

    def _show_chosen(self) -> None:
        found, shown = self.found, str(self.shown.value)
        if found is None:
            return
        self.scales.setVisible(shown == _SCALES)
        self.table.setVisible(shown != _SCALES)
        if shown == _SCALES:
            self.scales.show_pairs(found.outcome, found.pairs, _MOST_ROWS)
            self.said.setText(pairs_said(found.pairs))
            self.legend.setText(self.tr("Grey: one scale; blue: one each; filled: in use."))
            return
        columns, rows = heat_rows(found.outcome, found.methods, shown)
        self.table.show_rows(columns, rows, _MOST_ROWS)
        self.said.setText(summary(found.methods, shown))
        self.legend.setText(
            self.tr(
                "dB of the tensor alone. The stronger the colour, the further behind the best of "
                "its row, up to 6 dB, a whole bit; framed: the best; underlined: in use. A click "
                "opens the layer."
            )
        )

    def _note_state(self) -> None:
        found, outcome = self.found, self.context.document.outcome
        running = self.context.jobs.running(LANE) is not None
        self.button.setEnabled(not running and not self._is_current(found, outcome))
        stale = found is not None and not self._is_current(found, outcome)
        self._pales.cover(stale)
        self.say(self.tr("Of the plan before its last change.") if stale else "")
        self.show_results(found is not None)

    def _is_current(self, found: Found | None, outcome: Outcome | None) -> bool:
        return (
            found is not None and outcome is not None and outcome.tells_the_same_as(found.outcome)
        )

    def _forget(self) -> None:
        self.context.jobs.cancel(LANE)
        self.found, self._memo, self._memo_of = None, {}, (None, None)
        self.show_results(False)

    def _make_parts(self) -> None:
        self.button = QPushButton(self.tr("Try all methods"))
        self.button.setToolTip(
            plain_tip(self.tr("Every method for every tensor that has codes; Esc stops it"))
        )
        self.button.clicked.connect(lambda _checked: self.compare())
        names = (
            (ACTIVATIONS, self.tr("Activations")),
            (WEIGHTS, self.tr("Weights")),
            (_SCALES, self.tr("Tensor or channel")),
        )
        self.shown = Segments(self.tr("What is compared"), names, wide=True)
        self.shown.show_value(ACTIVATIONS)
        self.shown.chosen.connect(lambda _value: self._show_chosen())
        self.said, self.legend = Label(), Label()
        self.legend.setProperty("dim", True)
        for label in (self.said, self.legend):
            label.setWordWrap(True)

    def _make_tables(self) -> None:
        self.table = HeatTable(self.context.theme, self.tr("Methods of all layers"))
        self.table.opened.connect(lambda place, _column: self.open(place))
        self.scales = ScaleRows(self.context.theme)
        self.scales.opened.connect(lambda layer, weight: self._open(layer, weight, "channels"))

    def _lay_out(self) -> None:
        self.add_controls(self.button)
        inside = QWidget()
        fill(vertical(inside, 0, 0, 0, 0, spacing=6), self.table, self.scales)
        column = vertical(self.results, 0, 0, 0, 0, spacing=6)
        fill(column, row(self.shown), self.said, inside, self.legend)
        self._pales = Veil(inside, self.context.theme)
        document = self.context.document
        self.follow(document.outcome_changed)
        document.model_changed.connect(self._forget)
