"""Every range method for the tensor that is looked at, side by side."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton

from quantengine.monitor import Monitor
from quantengine.ranges.choice import RangeChoice
from quantengine.ranges.registry import METHODS

from ..candidates import Trial, best, candidates
from ..context import Context
from ..edits import set_tensor
from ..panels.method_search import MethodSearch
from ..panels.tensor_view import TensorView
from ..place import WEIGHT
from ..subject import Subject, subject
from ..text import ELLIPSIS, decibel, number, share
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.range_strip import RangeStrips, Scale
from ..widgets.row import fill, vertical

_STRIP, _LEAST_STRIP = 1, 132
_CELL_ROOM = 24
"""Around the text of a cell, in pixels."""
_EACH = 7
"""The column of ranges for each channel, which weights have."""
_LOW, _HIGH = 2, 3
_SPARED = (5, 6, _HIGH, _LOW)
"""Columns that give way to the strip where it is narrow, the first of them first."""


class MethodsView(TensorView):
    lane = "methods tab"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.found: tuple[Trial, ...] = ()
        self._subject: Subject | None = None
        self.title = Label()
        self.title.setProperty("heading", True)
        self.search = MethodSearch(context.theme)
        sqnr = self.tr("Signal to quantization noise of this tensor alone, in dB; more is better.")
        self.table = FigureTable(
            self.tr("Methods"),
            [
                (self.tr("Method"), ""),
                (self.tr("Range"), self.tr("Over the values; what lies outside of it is clipped")),
                (self.tr("Low"), self.tr("Low end of the range, in real numbers")),
                (self.tr("High"), self.tr("High end of the range, in real numbers")),
                (self.tr("dB"), sqnr),
                (self.tr("Clipped"), self.tr("Share of the values outside the range")),
                (self.tr("Step"), self.tr("Distance of two neighbouring codes")),
                (self.tr("dB/channel"), self.tr("SQNR in dB with a range for each channel")),
            ],
        )
        self.strips = RangeStrips(context.theme, self.table)
        self.table.setItemDelegateForColumn(_STRIP, self.strips)
        head, contents = self.table.horizontalHeader(), QHeaderView.ResizeMode.ResizeToContents
        head.setSectionResizeMode(0, contents)
        head.setSectionResizeMode(_STRIP, QHeaderView.ResizeMode.Stretch)
        self.button = QPushButton(self.tr("Use this method"))
        self.button.clicked.connect(lambda _checked: self.take(self.table.currentRow()))
        self.table.chosen.connect(self.take)
        self.table.resized.connect(self._fit_columns)
        self.table.currentCellChanged.connect(lambda row, *_: self.search.tell(self._choice(row)))
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = QHBoxLayout()
        fill(foot, self.button, 1)
        column = vertical(self.body, 16, 12, 16, 12, spacing=8)
        fill(column, self.title, self.search, self.table, foot, 1)
        self.follow_layers()

    def refresh(self) -> None:
        purpose = self.tr("Every range method for the selected tensor will be compared here.")
        seen = self.seen(purpose)
        if seen is None:
            return
        outcome, layer, place = seen
        ready = self.context.network.ready

        def call(monitor: Monitor) -> tuple[Subject, tuple[Trial, ...]]:
            stats = ready.stats(outcome, place)
            if stats is None and place.role == WEIGHT:
                stats = ready.weight_stats(outcome.model, place)
            shown = subject(outcome, layer, place, stats)
            return shown, candidates(outcome, shown, channels=True, monitor=monitor)

        job = self.context.steps.start(self.lane, self.tr("Trying methods"), call)
        job.done.connect(lambda result: self._show(*result))

    def take(self, row: int) -> None:
        """Puts the method of a row into the plan."""
        if self._subject is None or not 0 <= row < len(self.found):
            return
        place, method = self._subject.place, self.found[row].method
        plan = set_tensor(
            self.context.document.plan, place.settings_role, [place.tensor], {"method": method}
        )
        text = self.tr("choose {0} for {1}").format(method, place.tensor)
        self.context.document.edit(text, plan=plan)

    def _show(self, seen: Subject, found: tuple[Trial, ...]) -> None:
        self._subject = seen
        if not found:
            self.show_empty(self.tr("{0} stays float.").format(seen.place.tensor))
            return
        self.show_body()
        self.found = tuple(sorted(found, key=_worse_last))
        self.title.setText(f"{seen.place.tensor}, {seen.plan.dtype}")
        rows = [
            (
                each.method,
                f"{number(each.figures.low)} {ELLIPSIS} {number(each.figures.high)}",
                number(each.figures.low),
                number(each.figures.high),
                decibel(each.figures.sqnr_db),
                share(each.figures.clipped),
                number(each.figures.step, 3),
                decibel(each.channel_sqnr_db),
            )
            for each in self.found
        ]
        names = [each.method for each in self.found]
        method = None if seen.plan.by_hand else seen.plan.method
        used = names.index(method) if method in names else None
        theme = self.context.theme
        self.table.show_rows(
            rows,
            strong=used,
            tips=[METHODS[name].text for name in names],
            colours=[theme.sqnr_colour(each.figures.sqnr_db) for each in self.found],
        )
        self._show_strips(seen)
        self.search.setVisible(any(each.choice is not None for each in self.found))
        self.table.fit_rows()
        self._fit_columns()
        winner = best(found)
        if winner is not None and self.table.currentRow() < 0:
            self.table.selectRow(names.index(winner.method))
        self.search.tell(self._choice(self.table.currentRow()))

    def _choice(self, row: int) -> RangeChoice | None:
        return self.found[row].choice if 0 <= row < len(self.found) else None

    def _show_strips(self, seen: Subject) -> None:
        ends = [(each.figures.low, each.figures.high) for each in self.found]
        assert seen.stats is not None  # methods were tried on it
        self.strips.show(Scale.of(seen.stats.distribution, ends), ends)

    def _fit_columns(self) -> None:
        """Names, ranges and dB are always seen; further figures where there is room for them."""
        weighs = self._subject is not None and self._subject.place.role == WEIGHT
        self.table.setColumnHidden(_EACH, not weighs)
        shown = [0, *((_EACH,) if weighs else ()), 4]
        room = self.table.viewport().width() - _LEAST_STRIP
        room -= sum(self._wide(place) for place in shown)
        for place in reversed(_SPARED):
            room -= self._wide(place)
            self.table.setColumnHidden(place, room < 0)
        self.table.setColumnHidden(_LOW, self.table.isColumnHidden(_HIGH))  # both ends or none

    def _wide(self, place: int) -> int:
        """Qt knows no width of a column that is hidden."""
        texts = [self.table.headings[place][0], *self.table.texts_of(place)]
        metrics = self.table.fontMetrics()
        return max(map(metrics.horizontalAdvance, texts)) + _CELL_ROOM


def _worse_last(candidate: Trial) -> float:
    value = candidate.figures.sqnr_db
    return math.inf if math.isnan(value) else -value
