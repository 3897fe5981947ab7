"""The selected layer as integer hardware computes it: width of its sums, saturation, biases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from quantengine.analyze.integer_chain import IntegerChain, integer_chain
from quantengine.analyze.integer_view import IntegerView, integer_view, integer_views
from quantengine.errors import PlanError
from quantengine.monitor import Monitor

from ..context import Context
from ..outcome import Outcome
from ..panels.integer_chain import ChainTable
from ..panels.sums import SumsReadout, whole
from ..panels.view import View
from ..translation import counted, said
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.row import fill, vertical

Known = tuple[IntegerView | str, IntegerChain | str]
"""Of one layer, or why there is none."""
T = TypeVar("T")


class IntegerPanel(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._outcome: Outcome | None = None
        self._known: dict[str, Known] = {}
        self.everywhere: tuple[IntegerView, ...] = ()
        self._everywhere_of: Outcome | None = None
        self._make_parts()
        self._lay_out()
        self.all_layers.clicked.connect(lambda _checked: self.compute_everywhere())
        self.keep_safe.clicked.connect(lambda _checked: self.keep_pairs_safe())
        self.table.currentCellChanged.connect(lambda row, *_: self._select_row(row))
        self.follow_layers(context.theme.changed)

    def refresh(self) -> None:
        document = self.context.document
        outcome, selection = self.context.peek.outcome, document.selection
        if outcome is None or outcome.resolution is None or document.dataset is None:
            self.show_missing_statistics(
                self.tr("How wide the integer sums of a layer get will be shown here.")
            )
            return
        if not selection.layers:
            self.show_empty(self.tr("Choose a quantized layer on the left."))
            return
        if outcome is not self._outcome:
            self._outcome, self._known = outcome, {}
        self.show_body()
        self._show_everywhere()
        layer = selection.layers[0]
        if layer in self._known:
            self._show(layer, self._known[layer])
        else:
            self._compute(outcome, layer)

    def keep_pairs_safe(self) -> None:
        """Shrinks weights so that no pair of products can leave int16, in every layer."""
        plan = replace(self.context.document.plan, pair_safe=True)
        self.context.document.edit(self.tr("keep pairs of products safe"), plan=plan)

    def compute_everywhere(self) -> None:
        document = self.context.document
        outcome, dataset = document.outcome, document.dataset
        if outcome is None or outcome.resolution is None or dataset is None:
            return
        resolution = outcome.resolution
        job = self.context.steps.start(
            "integer layers",
            self.tr("Computing every layer in integers"),
            lambda monitor: integer_views(outcome.model, resolution, dataset, monitor=monitor),
        )
        job.done.connect(lambda views: self._take_everywhere(outcome, views))

    def _compute(self, outcome: Outcome, layer: str) -> None:
        resolution, dataset = outcome.resolution, self.context.document.dataset
        assert resolution is not None and dataset is not None

        def call(monitor: Monitor) -> Known:
            where = (outcome.model, resolution, layer, dataset)
            view = _or_why(lambda: integer_view(*where, monitor=monitor))
            return view, _or_why(lambda: integer_chain(*where, monitor=monitor))

        self._clear(layer)
        job = self.context.steps.start("integer", self.tr("Computing in integers"), call)
        job.done.connect(lambda found: self._take(outcome, layer, found))

    def _take(self, outcome: Outcome, layer: str, found: Known) -> None:
        if outcome is self._outcome:
            self._known[layer] = found
            self.request_refresh()

    def _take_everywhere(self, outcome: Outcome, views: tuple[IntegerView, ...]) -> None:
        self._everywhere_of, self.everywhere = outcome, views
        self.request_refresh()

    def _clear(self, layer: str) -> None:
        self.title.setText(layer)
        self.verdict.setText(self.tr("Computing in integers."))
        self._mark(None)
        self.sums.show_view(None)
        self.chain.show_chain(None)

    def _show(self, layer: str, found: Known) -> None:
        self._clear(layer)
        view, chain = found
        self.chain.show_chain(chain)
        if isinstance(view, str):
            self.verdict.setText(view)
            info = self.context.theme.icon("info", self.context.theme.colours.accent)
            self.mark.setPixmap(info.pixmap(16))
            self.keep_safe.hide()
            return
        self.sums.show_view(view)
        self.verdict.setText(self._verdict(view))
        self._mark(_is_sound(view))
        plan = self.context.document.plan
        self.keep_safe.setVisible(view.saturable_pairs > 0 and not plan.pair_safe)

    def _verdict(self, view: IntegerView) -> str:
        where = self.tr("On {0}").format(counted(view.samples, "sample"))
        if view.accumulator.overflows:
            return self.tr("{0} a sum leaves int32: it wraps around. Use fewer bits.").format(where)
        if view.clipped_bias:
            return self.tr(
                "int32 cuts off {0} of the bias: raise the scale of the weight, or use "
                "one scale for the whole tensor."
            ).format(counted(view.clipped_bias, "value"))
        if view.saturates:
            return self.tr(
                "{0} {1} pairs of products saturate int16 on x86 CPUs without VNNI: results differ "
                "there."
            ).format(where, whole(view.saturated_pairs))
        if view.saturable_pairs:
            return self.tr(
                "{0} nothing saturates, but some input could on x86 CPUs without VNNI."
            ).format(where)
        return self.tr("{0} nothing saturates, and no input can make it.").format(where)

    def _mark(self, sound: bool | None) -> None:
        colours, theme = self.context.theme.colours, self.context.theme
        icon = theme.icon("loader", colours.accent)
        if sound is not None:
            name, colour = ("check", colours.good) if sound else ("triangle-alert", colours.clip)
            icon = theme.icon(name, colour)
        self.mark.setPixmap(icon.pixmap(16))

    @property
    def _everywhere_is_current(self) -> bool:
        shown, now = self._everywhere_of, self.context.document.outcome
        return shown is not None and now is not None and shown.tells_the_same_as(now)

    def _show_everywhere(self) -> None:
        stale = not self._everywhere_is_current
        self.table.setEnabled(not stale)
        self.table.setVisible(bool(self.everywhere))
        self.all_layers.setVisible(stale or not self.everywhere)
        self.state.setText(
            self.tr("All layers, under an older plan") if self.everywhere and stale else ""
        )
        colours = self.context.theme.colours
        self.table.blockSignals(True)
        self.table.show_rows(
            [
                (
                    view.layer,
                    whole(view.accumulator.low),
                    whole(view.accumulator.high),
                    whole(view.accumulator.bits),
                    whole(view.saturable_pairs),
                    whole(view.saturated_pairs),
                    whole(view.clipped_bias),
                )
                for view in self.everywhere
            ],
            tips=[view.layer for view in self.everywhere],
            colours=[
                QColor(colours.good if _is_sound(view) else colours.clip)
                for view in self.everywhere
            ],
        )
        chosen = self.context.document.selection.layers
        names = [view.layer for view in self.everywhere]
        if chosen and chosen[0] in names:
            self.table.selectRow(names.index(chosen[0]))
        else:
            self.table.clearSelection()
        self.table.blockSignals(False)

    def _select_row(self, row: int) -> None:
        if 0 <= row < len(self.everywhere):
            self.context.document.select(self.everywhere[row].layer)

    def _make_parts(self) -> None:
        self.mark, self.title, self.verdict, self.state = Label(), Label(), Label(), Label()
        self.title.setProperty("heading", True)
        self.verdict.setWordWrap(True)
        self.state.setProperty("dim", True)
        self.sums = SumsReadout(self.context.theme)
        self.chain = ChainTable()
        self.keep_safe = QPushButton(self.tr("Keep pairs safe"))
        self.keep_safe.setToolTip(
            self.tr(
                "Shrinks the weights of every layer so that no pair can leave int16.\n"
                "Costs up to 6 dB of the weights concerned; not needed on ARM or with VNNI."
            )
        )
        self.all_layers = QPushButton(self.tr("Compute all layers"))
        self.all_layers.setToolTip(
            self.tr("Every layer on one sample, as a table below. Takes seconds.")
        )
        titles = {
            "low": self.tr("Lowest"),
            "high": self.tr("Highest"),
            "bits": self.tr("Bits"),
            "pairs": self.tr("At risk"),
            "saturated": self.tr("Saturated"),
            "bias": self.tr("Biases cut"),
        }
        headings = [(self.tr("Layer"), self.tr("Red where something is cut off or saturates."))]
        headings += [(title, self.sums.tips[key]) for key, title in titles.items()]
        self.table = FigureTable(self.tr("Sums of all layers"), headings)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        fill(head, self.mark, (self.verdict, 1), self.keep_safe)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        fill(foot, self.all_layers, self.state, 1)
        column = vertical(self.body, 16, 12, 16, 12, spacing=8)
        fill(column, self.title, head, self.sums, self.chain)
        column.addSpacing(8)
        fill(column, foot, (self.table, 1), 0)


def _is_sound(view: IntegerView) -> bool:
    return not (view.accumulator.overflows or view.clipped_bias or view.saturates)


def _or_why(call: Callable[[], T]) -> T | str:
    try:
        return call()
    except PlanError as error:
        return said(error)
