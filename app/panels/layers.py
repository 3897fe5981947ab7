"""The table over every layer, with its filter and legend."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ..context import Context
from ..models.layer_table import OF_STATISTICS, SQNR_ROLE, LayerTable
from ..theme import Theme, tabular
from ..translation import counted
from ..widgets.label import Label
from ..widgets.legend import sqnr_legend
from ..widgets.row import fill, horizontal, vertical

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_CHIP = 4


class _SqnrDelegate(QStyledItemDelegate):
    """A bar in the colour of the level beside the number, never the colour alone."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        value = index.data(SQNR_ROLE)
        if value is not None:
            area = QRectF(option.rect)
            chip = QRectF(area.left() + 4, area.top() + 4, _CHIP, area.height() - 8)
            painter.fillRect(chip, QColor(self._theme.sqnr_colour(value)))


class _NameDelegate(QStyledItemDelegate):
    """The end of a long name tells layers apart, its beginning is the same for many."""

    def initStyleOption(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideLeft


class LayersPanel(QWidget):
    """Selection here is the document's selection, both ways."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        document, theme, network = context.document, context.theme, context.network
        self._document, self._network, self._peek = document, network, context.peek
        self.table = LayerTable(self)
        self.filter = QLineEdit(placeholderText=self.tr("Filter layers"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(self.tr("Filter layers"))
        self.count = Label()
        self.count.setProperty("dim", True)
        self.view = self._make_view(theme)
        self.rank = QPushButton(self.tr("Sensitivity"))
        self.rank.setToolTip(
            self.tr(
                "Quantizes each layer alone and measures what it does to the result:\n"
                "fills the column Sensitivity, in the background."
            )
        )
        self.rank.clicked.connect(lambda _checked: network.rank())
        self._lay_out(theme)
        self.table.modelReset.connect(self._show_selection)
        self.filter.textChanged.connect(self._filter)
        self.view.selectionModel().selectionChanged.connect(self._tell_document)
        document.outcome_changed.connect(self._refresh)
        network.layers_changed.connect(self._refresh)
        for changed in (document.decided_changed, document.staleness_changed):
            changed.connect(self._note_stale)
        document.selection_changed.connect(self._show_selection)
        context.peek.changed.connect(self._refresh)
        theme.changed.connect(self.view.viewport().update)
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Names get the room that the figures leave, as far as they need it."""
        super().resizeEvent(event)
        room = event.size().width() - sum(_WIDTHS[name] for name in _IN_SIGHT) - _SCROLL_BAR
        needed = self.view.sizeHintForColumn(0) if self.table.rowCount() else 0
        self.view.setColumnWidth(0, max(_WIDTHS["name"], min(needed, room)))

    def focus_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _make_view(self, theme: Theme) -> QTableView:
        view = QTableView()
        view.setModel(self.table)
        view.setAccessibleName(self.tr("Layers"))
        view.setFont(tabular(view.font()))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(24)
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.setSortingEnabled(True)
        header = view.horizontalHeader()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(48)
        view.setItemDelegateForColumn(0, _NameDelegate(view))
        delegate = _SqnrDelegate(theme, view)
        for place, column in enumerate(self.table.columns):
            view.setColumnWidth(place, _WIDTHS.get(column.name, 80))
            if column.sqnr:
                view.setItemDelegateForColumn(place, delegate)
        return view

    def _lay_out(self, theme: Theme) -> None:
        head = horizontal(None, 8, 8, 8, 4)
        head.addWidget(self.filter, 1)
        head.addSpacing(4)
        head.addWidget(self.count)
        foot = horizontal(None, 8, 4, 8, 8)
        fill(foot, sqnr_legend(theme), 1, self.rank)
        whole = vertical(self, 0, 0, 0, 0, spacing=0)
        fill(whole, head, (self.view, 1), foot)

    def _refresh(self) -> None:
        outcome, network = self._peek.outcome, self._network
        self._note_stale()
        self.table.set_rows(() if outcome is None else network.rows(outcome))
        able = outcome is not None and outcome.resolution is not None
        self.rank.setEnabled(able and self._document.dataset is not None)
        self._count()

    def _note_stale(self) -> None:
        network, held = self._network, self._peek.held
        stale = {"accumulated": network.errors_are_stale, "sensitivity": network.ranking_is_stale}
        columns = frozenset(name for name, old in stale.items() if old or held)
        if self._document.table_is_stale:
            columns |= OF_STATISTICS
        if columns != self.table.stale:
            self.table.set_stale(columns)
            self.view.viewport().update()

    def _filter(self, text: str) -> None:
        self.table.set_filter(text)
        self._count()

    def _count(self) -> None:
        shown, total = self.table.rowCount(), self.table.total
        some = self.tr("{0} of {1}").format(shown, total)
        self.count.setText(counted(total, "layer") if shown == total else some)

    def _show_selection(self) -> None:
        places = self.table.places(self._document.selection.layers)
        chosen = {index.row() for index in self.view.selectionModel().selectedRows()}
        if chosen == set(places):
            return
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
        if places:
            self.view.scrollTo(self.table.index(places[0], 0))
        self.view.viewport().update()

    def _tell_document(self) -> None:
        rows = self.view.selectionModel().selectedRows()
        current = self.view.currentIndex().row()
        places = sorted(
            {index.row() for index in rows}, key=lambda place: (place != current, place)
        )
        self._document.select(*(self.table.layer_at(place).name for place in places))


_IN_SIGHT = ("weight_type", "weight_sqnr", "output_type", "output_sqnr", "accumulated")
_SCROLL_BAR = 16
_WIDTHS = {
    "name": 140,
    "weight_type": 58,
    "weight_sqnr": 52,
    "output_type": 58,
    "output_sqnr": 52,
    "accumulated": 64,
    "sensitivity": 88,
    "granularity": 88,
    "reason": 320,
}
