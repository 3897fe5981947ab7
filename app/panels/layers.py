"""The layers of the network by module: what each costs, and which are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from ..context import Context
from ..models.layer_columns import OF_STATISTICS
from ..models.layer_filter import ALL, BELOW, CHANGED, FLOAT, KINDS
from ..models.layer_table import LayerTable
from ..theme import Theme
from ..widgets.chips import Chips
from ..widgets.frozen_table import FrozenTable
from ..widgets.label import plain_tip
from ..widgets.legend import sqnr_legend
from ..widgets.row import fill, horizontal, vertical
from .layer_columns_menu import ColumnsButton
from .layer_delegate import LayerDelegate

if TYPE_CHECKING:
    from ..outcome import Outcome

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class LayersPanel(QWidget):
    """Selection here is the document's selection, both ways; a module stands for its layers."""

    opened = Signal()
    """Enter or a double click on a layer: more of it is wanted."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        document, theme, network = context.document, context.theme, context.network
        self._document, self._network, self._peek = document, network, context.peek
        self._theme = theme
        self.table = LayerTable(self)
        self.filter = QLineEdit(placeholderText=self.tr("Find layers"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(self.tr("Find layers"))
        self.chips = Chips(KINDS)
        self.columns = ColumnsButton(self.table, context.settings)
        self._delegate = LayerDelegate(theme, self)
        self.view = self._make_view()
        self._lay_out(theme)
        self._connect(context)
        self._refresh()

    def focus_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _make_view(self) -> FrozenTable:
        view = FrozenTable(self.table, self._delegate.folds_at)
        view.setAccessibleName(self.tr("Layers"))
        for each in (view, view.frozen):
            each.setItemDelegate(self._delegate)
        for place, column in enumerate(self.table.columns):
            view.setColumnWidth(place, column.width)
        view.show_columns(self.columns.places)
        return view

    def _lay_out(self, theme: Theme) -> None:
        head = horizontal(None, 8, 8, 8, 4, spacing=4)
        fill(head, (self.filter, 1), self.columns)
        kinds = horizontal(None, 8, 0, 8, 4)
        fill(kinds, (self.chips, 1))
        foot = horizontal(None, 8, 4, 8, 8)
        fill(foot, sqnr_legend(theme), 1)
        whole = vertical(self, 0, 0, 0, 0, spacing=0)
        fill(whole, head, kinds, (self.view, 1), foot)

    def _connect(self, context: Context) -> None:
        document, network, theme = context.document, context.network, context.theme
        self.table.modelReset.connect(self._show_selection)
        self.filter.textChanged.connect(self.table.set_filter)
        self.chips.chosen.connect(self.table.set_kind)
        self.columns.changed.connect(lambda: self.view.show_columns(self.columns.places))
        self.columns.moving.toggled.connect(lambda _on: self._count())
        self.view.selectionModel().selectionChanged.connect(self._tell_document)
        self.view.opened.connect(self._open)
        self.view.turned.connect(self._turn)
        self.view.horizontalHeader().sortIndicatorChanged.connect(self._show_top)
        for changed in (document.outcome_changed, network.layers_changed):
            changed.connect(lambda: context.jobs.once_told(self._refresh))
        for changed in (document.decided_changed, document.staleness_changed):
            changed.connect(self._note_stale)
        document.selection_changed.connect(self._follow_selection)
        context.peek.changed.connect(self._refresh)
        theme.changed.connect(self._take_theme)

    def _take_theme(self) -> None:
        """Limits may have moved too."""
        if self.table.wanted.limit_db != self._theme.limits_db[1]:
            self.table.wanted.limit_db = self._theme.limits_db[1]
            self.table.arrange(same=True)
            self._count()
        for view in (self.view, self.view.frozen):
            view.viewport().update()

    def _refresh(self) -> None:
        outcome = self._peek.outcome
        self._note_stale()
        if outcome is None:
            self.table.set_rows(())
        else:
            self.table.set_rows(outcome.rows, outcome.tree, self._network.runs, _changed(outcome))
        self._count()

    def _note_stale(self) -> None:
        network, held = self._network, self._peek.held
        errors, ranking = network.errors_are_stale or held, network.ranking_is_stale or held
        stale = {"accumulated": errors, "drop": errors, "gain": ranking, "sensitivity": ranking}
        columns = frozenset(name for name, old in stale.items() if old)
        if self._document.table_is_stale:
            columns |= OF_STATISTICS
        if columns != self.table.stale:
            self.table.set_stale(columns)
            self.view.viewport().update()

    def _count(self) -> None:
        found = self.table.wanted.counts()
        limit = f"{self.table.wanted.limit_db:g}"
        for name, text, tip in (
            (ALL, self.tr("all {0}"), self.tr("Every layer that computes something.")),
            (BELOW, self.tr("below {1} dB"), self.tr("{0} with less than {1} dB so far.")),
            (FLOAT, self.tr("float {0}"), self.tr("Layers that compute in float.")),
            (CHANGED, self.tr("changed {0}"), self.tr("Layers that the plan speaks of by name.")),
        ):
            told = [each.format(found[name], limit) for each in (text, tip)]
            self.chips.show_text(name, told[0], plain_tip(told[1]))

    def _open(self, index: QModelIndex) -> None:
        if self.table.cell(index.row(), 0).folded is None:
            self.opened.emit()
        else:
            self._turn(index, None)

    def _turn(self, index: QModelIndex, folded: bool | None) -> None:
        """Folds a module; where that is done already the keys go out of it and into it."""
        now, place = self.table.cell(index.row(), 0).folded, index.row()
        if now is None or now == folded:
            other = self.table.above(place) if folded else place + 1
            if other is not None and other < self.table.rowCount():
                self.view.setCurrentIndex(self.table.index(other, 0))
        else:
            self.table.fold(place, not now)
            self.view.selectionModel().setCurrentIndex(
                self.table.index(place, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def _show_top(self) -> None:
        if self.table.is_flat:
            self.view.scrollToTop()

    def _chosen(self) -> list[str]:
        """The layers of the selected lines, the current one first."""
        current = self.view.currentIndex().row()
        places = {index.row() for index in self.view.selectionModel().selectedRows()}
        ordered = sorted(places, key=lambda place: (place != current, place))
        return list(dict.fromkeys(x for place in ordered for x in self.table.layers_at(place)))

    def _follow_selection(self) -> None:
        if set(self._chosen()) != set(self._document.selection.layers):
            self.table.reveal(self._document.selection.layers)
        self._show_selection()

    def _show_selection(self) -> None:
        layers = self._document.selection.layers
        if set(self._chosen()) == set(layers):
            return
        places = self.table.places(layers)
        selection = QItemSelection()
        for place in places:
            index = self.table.index(place, 0)
            selection.select(index, index)
        model = self.view.selectionModel()
        model.blockSignals(True)
        model.select(selection, _SELECT)
        if places:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            model.setCurrentIndex(self.table.index(places[0], 0), flag)
        model.blockSignals(False)
        if places and not self.table.is_flat:
            self.view.scrollTo(self.table.index(places[0], 0))
        for view in (self.view, self.view.frozen):
            view.viewport().update()

    def _tell_document(self) -> None:
        self._document.select(*self._chosen())


def _changed(outcome: Outcome) -> frozenset[str]:
    """The layers that the plan speaks of beyond its defaults."""
    said, kept = outcome.decisions.by_name, outcome.decisions.kept_float
    named = (r.name for r in outcome.rows if {r.name, r.weight, r.output} & said.keys())
    return kept.union(named) if said else kept
