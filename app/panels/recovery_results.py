"""What each step of a recovery did: a waterfall, the error along the network, and the steps."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from quantengine.recover.report import StepReport

from ..plots.canvas import Canvas
from ..plots.two_depths import TwoDepths, Values
from ..plots.waterfall import Fall, Waterfall
from ..step_words import idle_steps
from ..text import MINUS, NOTHING, decibel, number, share, signed
from ..theme import Theme
from ..translation import said
from ..widgets.figure_table import FigureTable
from ..widgets.in_turns import InTurns
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, vertical

_AXIS_WIDTH = 40
_ROW_ROOM, _CHIP_ROOM = 12, 48
_PLOT_HEIGHT = 190
_DB, _OWN, _EQUAL = "dB", "own", "equal"


class RecoveryResults(InTurns, QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.pieces = iter(
            (self._make_waterfall, self._make_depths, self._make_table, self._lay_out)
        )

    def show_reports(self, reports: Sequence[StepReport]) -> None:
        judged = [report for report in reports if report.judged]
        unit = _unit(judged)
        names = {
            _DB: self.tr("dB"),
            _OWN: self.tr("metric"),
            _EQUAL: self.tr("% equal"),
        }
        for place, title in enumerate((self.tr("Before"), self.tr("After"), self.tr("Gain")), 1):
            self.table.name_column(place, f"{title}, {names[unit]}")
        self._show_steps(judged, unit)
        self._show_idle([report for report in reports if not (report.judged or report.tried)])
        alone = [report for report in judged if not report.tried]
        self._show_waterfall(alone, unit, names[unit])

    def show_depths(self, before: Values, after: Values) -> None:
        """By layer, None where there is none; both empty: not known."""
        self.depth_canvas.setVisible(bool(before) and bool(after))
        self.depths.show(before, after)

    def _show_steps(self, judged: Sequence[StepReport], unit: str) -> None:
        self.table.show_rows(
            [
                (
                    (self._name(report), said(report.text)),
                    _text(_levels(report, unit)[0], unit),
                    _text(_levels(report, unit)[1], unit),
                    _gain(report, unit),
                    self._result(report),
                )
                for report in judged
            ],
            colours=[self._theme.sqnr_colour(report.after_db) for report in judged],
        )
        self.table.setVisible(bool(judged))
        self._fit_rows()

    def _name(self, report: StepReport) -> str:
        return self.tr("tried: {0}").format(report.name) if report.tried else report.name

    def _result(self, report: StepReport) -> str:
        if report.tried:
            return self.tr("chosen") if report.kept else NOTHING
        if report.harms:
            return self.tr("kept, harms")
        return self.tr("kept") if report.kept else self.tr("undone")

    def _show_idle(self, idle: Sequence[StepReport]) -> None:
        """One line for all that had nothing to do, and what each says in the tooltip."""
        others = [each for each in idle if not each.opened]
        self.idle.setText(idle_steps(idle))
        self.idle.setVisible(bool(idle))
        self.idle.setToolTip(plain_tip("\n".join(f"{e.step}: {said(e.text)}" for e in others)))

    def _show_waterfall(self, judged: Sequence[StepReport], unit: str, name: str) -> None:
        falls = []
        for report in judged:
            before, after = _levels(report, unit)
            if math.isfinite(before) and math.isfinite(after):
                text = _gain(report, unit)
                text = text if report.kept else self.tr("{0}, undone").format(text)
                falls.append(Fall(report.step, before, after, text, report.kept))
        self.canvas.setVisible(bool(falls))
        if not falls:
            return
        last = next((fall.after for fall in reversed(falls) if fall.kept), falls[0].before)
        ends = _text(falls[0].before, unit), _text(last, unit)
        self.waterfall.show(falls, (self.tr("before"), self.tr("after")), ends)
        self.canvas.set_title("left", name)

    def _fit_rows(self) -> None:
        """Again whenever the first column gets another width, since its text wraps.

        Qt's own measure forgets the room of the chip and comes out a line short.
        """
        room = QRect(0, 0, max(self.table.columnWidth(0) - _CHIP_ROOM, 1), 10_000)
        metrics = self.table.fontMetrics()
        height = self.table.horizontalHeader().sizeHint().height() + 4
        for row, (text, *_) in enumerate(self.table.texts()):
            needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text)
            self.table.setRowHeight(row, needed.height() + _ROW_ROOM)
            height += needed.height() + _ROW_ROOM
        self.table.setFixedHeight(height)

    def _canvas(self, x: str, y: str, name: str) -> Canvas:
        canvas = Canvas(self._theme, x=x, y=y, name=name)
        canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        canvas.setMinimumHeight(_PLOT_HEIGHT)
        return canvas

    def _make_waterfall(self) -> None:
        self.canvas = self._canvas("", "", self.tr("What each step gained"))
        self.waterfall = Waterfall(self.canvas, self._theme)

    def _make_depths(self) -> None:
        self.depth_canvas = self._canvas(
            self.tr("layer, in order of execution"),
            self.tr("with all before, dB"),
            self.tr("Error along the network, before and after"),
        )
        self.depths = TwoDepths(self.depth_canvas, self._theme)

    def _make_table(self) -> None:
        held = self.tr("Of the outputs on samples held out; more is better")
        step = self.tr("What it did; a > b: b tried behind a, quick rounding and biases after both")
        self.table = FigureTable(
            self.tr("Steps of recovery"),
            [
                (self.tr("Step"), step),
                (self.tr("Before"), held),
                (self.tr("After"), held),
                (self.tr("Gain"), self.tr("A step that does harm is undone unless it was named")),
                (
                    self.tr("Result"),
                    self.tr("Kept where held-out samples see no harm, or as it was named"),
                ),
            ],
        )
        self.table.setWordWrap(True)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.horizontalHeader().sectionResized.connect(lambda *_: self._fit_rows())
        self.idle = Label()
        self.idle.setProperty("dim", True)
        self.idle.setWordWrap(True)

    def _lay_out(self) -> None:
        plots = QSplitter()
        plots.setChildrenCollapsible(False)
        plots.addWidget(self.canvas)
        plots.addWidget(self.depth_canvas)
        column = vertical(self, 0, 0, 0, 0, spacing=8)
        fill(column, (plots, 1), self.table, self.idle)


def _unit(judged: Sequence[StepReport]) -> str:
    if any(report.before_own is not None for report in judged):
        return _OWN
    return _EQUAL if any(report.before_equal is not None for report in judged) else _DB


def _levels(report: StepReport, unit: str) -> tuple[float, float]:
    """Before and after, in the unit that decides."""
    levels = {
        _DB: (report.before_db, report.after_db),
        _OWN: (report.before_own, report.after_own),
        _EQUAL: (report.before_equal, report.after_equal),
    }[unit]
    before, after = (math.nan if level is None else level for level in levels)
    return before, after


def _text(level: float, unit: str) -> str:
    if unit == _DB:
        return decibel(level)
    return number(level) if unit == _OWN else share(level).removesuffix(" %")


def _gain(report: StepReport, unit: str) -> str:
    before, after = _levels(report, unit)
    if math.isnan(after - before):
        return NOTHING
    if unit == _DB:
        gain = round(after, 1) - round(before, 1)  # what is read beside it adds up
        return f"{gain:+.1f}".replace("-", MINUS)
    return signed(after - before if unit == _OWN else 100 * (after - before))
