"""The layers as a tree of modules in a table, or flat where a column sorts them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ..layer_tree import LayerTree, Module, layer_tree
from ..rows import LayerRow, Runs
from ..text import decibel, number
from ..widgets.label import plain_tip
from .layer_cell import Cell, layer_cell, module_cell
from .layer_columns import Column, layer_columns, row_reason
from .layer_filter import LayerFilter
from .layer_lines import Line, sorted_lines, tree_lines

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_FEW = 24
"""Cells that are drawn one by one; where more changed, all are."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class LayerTable(QAbstractTableModel):
    """A line for each module and layer that is wanted; figures are looked up when drawn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = layer_columns()
        self.wanted = LayerFilter()
        self._rows: tuple[LayerRow, ...] = ()
        self._tree: LayerTree = layer_tree(())
        self._runs = Runs()
        self._shown: list[bool] = []
        self._lines: list[Line] = []
        self._cells: dict[tuple[int, int], Cell] = {}
        self._folded: frozenset[str] = frozenset()
        self._order: tuple[int, bool] | None = None
        self._stale: frozenset[str] = frozenset()

    @property
    def stale(self) -> frozenset[str]:
        """Columns whose figures are of an older plan, or of other data."""
        return self._stale

    @property
    def is_flat(self) -> bool:
        return self._order is not None

    def set_stale(self, columns: frozenset[str]) -> None:
        self._stale, self._cells = columns, {}

    def set_rows(
        self,
        rows: tuple[LayerRow, ...],
        tree: LayerTree | None = None,
        runs: Runs | None = None,
        changed: frozenset[str] = frozenset(),
    ) -> None:
        """Shows other rows; where they are of the same layers nothing moves.

        `changed` names those that are not as the target has them.
        """
        before = self._tree
        self._tree = tree or layer_tree([row.name for row in rows])
        self._rows, self._runs = rows, runs or Runs()
        self.wanted.take(rows, self._runs, changed)
        if before is not self._tree:
            self._folded = frozenset()
        self.arrange(same=before is self._tree)

    def set_filter(self, text: str) -> None:
        """Keeps the layers that hold every word of `text`."""
        self.wanted.set_text(text)
        self.arrange()

    def set_kind(self, kind: str) -> None:
        """Keeps all layers, those below the limit, kept float or changed."""
        self.wanted.kind = kind
        self.arrange()

    def set_moving(self, shown: bool) -> None:
        """Whether operators that only move values are shown where nothing is looked for."""
        self.wanted.moving = shown
        self.arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Column -1 is the order of execution."""
        self._order = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self.arrange()

    def fold(self, place: int, folded: bool) -> None:
        """Folds or opens the module of a line."""
        what = self._lines[place].what
        if isinstance(what, Module):
            paths = {what.path}
            self._folded = self._folded | paths if folded else self._folded - paths
            self.arrange()

    def fold_all(self, folded: bool) -> None:
        every = {path for paths in self._tree.above for path in paths}
        self._folded = frozenset(every) if folded else frozenset()
        self.arrange()

    def above(self, place: int) -> int | None:
        """The line of the module around a line."""
        depth = self._lines[place].depth
        lines = range(place - 1, -1, -1)
        return next((p for p in lines if self._lines[p].depth < depth), None)

    def reveal(self, layers: Iterable[str]) -> None:
        """Opens the modules that these layers lie in."""
        if self._folded:
            above = {path for i in self._rows_of(layers) for path in self._tree.above[i]}
            if above & self._folded:
                self._folded -= above
                self.arrange()

    def places(self, layers: Iterable[str]) -> list[int]:
        """The lines of several layers, those in folded modules left out."""
        wanted = self._rows_of(layers)
        return [p for p, line in enumerate(self._lines) if line.what in wanted] if wanted else []

    def layer_places(self) -> list[int]:
        """The lines that are layers."""
        return [p for p, line in enumerate(self._lines) if isinstance(line.what, int)]

    def layers_at(self, place: int) -> tuple[str, ...]:
        """The layer of a line, or all that are shown of a module."""
        if not 0 <= place < len(self._lines):
            return ()
        what = self._lines[place].what
        inside = (what,) if isinstance(what, int) else what.layers
        return tuple(self._rows[i].name for i in inside if self._shown[i])

    def layer_at(self, place: int) -> LayerRow:
        what = self._lines[place].what
        return self._rows[what if isinstance(what, int) else what.layers[0]]

    def cell(self, line: int, place: int) -> Cell:
        """What is drawn of a line in a column."""
        known = self._cells.get((line, place))
        if known is None:
            known = self._cells[line, place] = self._made_cell(self._lines[line], place)
        return known

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if role == Role.DisplayRole:
            cell = self.cell(index.row(), index.column())
            return "" if cell.folded is False and index.column() else cell.text
        if role == Role.TextAlignmentRole:
            return _RIGHT if self.columns[index.column()].right else _LEFT
        if role == Role.ToolTipRole:
            return plain_tip(self._tip(self._lines[index.row()], self.columns[index.column()]))
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title
        if role == Role.ToolTipRole:
            return column.tip
        if role == Role.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        return None

    def arrange(self, *, same: bool = False) -> None:
        """Puts the lines in order; nothing moves where they are the `same` as before."""
        drawn, self._cells = self._cells, {}
        self._shown = self.wanted.shown()
        lines = self._arranged()
        if same and lines == self._lines:
            self._tell_changed(drawn)
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def _tell_changed(self, drawn: dict[tuple[int, int], Cell]) -> None:
        """What is drawn otherwise now: a table of layers takes a hundredth of a second to draw."""
        changed = [self.index(*place) for place, cell in drawn.items() if self.cell(*place) != cell]
        if len(changed) > _FEW:
            last = self.index(len(self._lines) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        for index in changed:
            self.dataChanged.emit(index, index)

    def _arranged(self) -> list[Line]:
        if self._order is None:
            folded = frozenset[str]() if self.wanted.words else self._folded
            return tree_lines(self._tree, self._shown, folded)
        (place, descending), runs = self._order, self._runs
        column = self.columns[place]
        found = [i for i, shown in enumerate(self._shown) if shown]
        values = {i: column.of(self._rows[i], runs) for i in found}
        return sorted_lines(values, descending=descending)

    def _made_cell(self, line: Line, place: int) -> Cell:
        column, what, stale = (
            self.columns[place],
            line.what,
            self.columns[place].name in self._stale,
        )
        if isinstance(what, int):
            labels = self._tree.short if self.is_flat else self._tree.labels
            name = labels[what] if column.name == "name" else None
            return layer_cell(self._rows[what], self._runs, column, name, line.depth, stale)
        inside = [self._rows[i] for i in what.layers if self._shown[i]]
        folded = what.path in self._folded and not self.wanted.words
        return module_cell(what, inside, self._runs, column, folded, line.depth, stale)

    def _tip(self, line: Line, column: Column) -> str:
        if isinstance(line.what, Module):
            return line.what.path if column.name == "name" else column.tip
        row, why = self._rows[line.what], row_reason(self._rows[line.what])
        if column.name in ("name", "width"):
            text = self.tr("{0} stays float: {1}.")
            return row.name if why is None else text.format(row.name, why)
        gain = self._runs.gain(row.name)
        if column.name == "gain" and gain is not None:
            if column.is_own(row, self._runs):
                text = self.tr("Keeping {0} float makes your metric better by {1}.")
                return text.format(row.name, number(gain))
            text = self.tr("Keeping {0} float changes the outputs by {1} dB.")
            return text.format(row.name, decibel(gain))
        return why if column.name == "reason" and why else column.tip

    def _rows_of(self, layers: Iterable[str]) -> set[int]:
        wanted = set(layers)
        return {i for i, row in enumerate(self._rows) if row.name in wanted} if wanted else set()
