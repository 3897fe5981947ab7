"""The layers as a table that sorts and filters itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from quantengine.plan import FLOAT

from ..layer_names import short_names
from ..rows import LayerRow
from ..text import decibel, granularity_text, in_line, number, size
from ..translation import reason_text, tr
from ..widgets.label import plain_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

SQNR_ROLE = int(Role.UserRole) + 1
ROW_ROLE = int(Role.UserRole) + 2

OF_STATISTICS = frozenset({"output_sqnr", "low", "high", "accumulated", "sensitivity"})
"""Columns that are no truer than the statistics."""

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Column:
    """How one property of a row is shown; `value` sorts, None always last."""

    name: str
    title: str
    tip: str
    value: Callable[[LayerRow], Any]
    text: Callable[[Any], str] = str
    right: bool = False
    sqnr: bool = False


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", tr("Layer"), tr("Name of the node in the model."), lambda r: r.name),
        *_tensor_columns(),
        *_run_columns(),
        Column("operator", tr("Operator"), tr("ONNX operator."), lambda r: r.operator),
        *_range_columns(),
        Column(
            "granularity", tr("Granularity"), tr("How many weights share one scale."), _granularity
        ),
        Column(
            "bytes",
            tr("Bytes"),
            tr("Parameters of the layer once quantized."),
            lambda r: r.bytes_after or None,
            size,
            right=True,
        ),
        Column("reason", tr("Stays float because"), tr("Why a layer is not quantized."), _reason),
    )


def _tensor_columns() -> tuple[Column, ...]:
    tip = tr(
        "Signal to quantization noise of this tensor alone, in dB.\n"
        "Above 30 is good, below 10 the tensor has lost its shape."
    )
    made = tr("Number format of the activation this layer makes.")
    return (
        Column("weight_type", tr("Weight"), tr("Number format of the weight."), _weight_type),
        _decibels("weight_sqnr", tr("dB"), tip, lambda r: r.weight_sqnr_db),
        Column("output_type", tr("Output"), made, lambda r: r.output_type),
        _decibels("output_sqnr", tr("dB"), tip, lambda r: r.activation_sqnr_db),
    )


def _run_columns() -> tuple[Column, ...]:
    accumulated = tr(
        "SQNR of the output with every layer before it quantized too, in dB,\n"
        "measured on a few samples behind each change; grey while it is of an older plan."
    )
    sensitivity = tr(
        "SQNR of the network's outputs with only this layer quantized, in dB, or your own\n"
        "metric of them: the worst hurts most. Measured when you ask for it."
    )
    return (
        _decibels("accumulated", tr("acc."), accumulated, lambda r: r.accumulated_db),
        _decibels("sensitivity", tr("Sensitivity"), sensitivity, _sensitivity),
    )


def _range_columns() -> tuple[Column, ...]:
    method = tr("What chose the range of the output (of the weight where there is none).")
    low = tr("Smallest real number of the output's range.")
    high = tr("Largest real number of the output's range.")
    return (
        Column("method", tr("Method"), method, lambda r: r.method or r.weight_method),
        Column("low", tr("Low"), low, lambda r: r.low, number, right=True),
        Column("high", tr("High"), high, lambda r: r.high, number, right=True),
    )


def _decibels(name: str, title: str, tip: str, value: Callable[[LayerRow], Any]) -> Column:
    return Column(name, title, tip, value, decibel, right=True, sqnr=True)


def _granularity(row: LayerRow) -> str | None:
    return None if row.granularity is None else granularity_text(row.granularity)


def _reason(row: LayerRow) -> str | None:
    return None if row.reason is None else reason_text(row.reason)


def _weight_type(row: LayerRow) -> str | None:
    return row.weights or (None if row.weight is None else FLOAT)


class LayerTable(QAbstractTableModel):
    """Rows in the order asked for, those that match the filter; a row is found by its layer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = _columns()
        self._rows: tuple[LayerRow, ...] = ()
        self._words: list[str] = []
        self._short: dict[str, str] = {}
        self._shown: list[int] = []
        self._filter = ""
        self._order: tuple[int, bool] | None = None
        self._stale: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        return len(self._rows)

    @property
    def stale(self) -> frozenset[str]:
        """Columns whose figures are of an older plan, or of other data."""
        return self._stale

    def set_stale(self, columns: frozenset[str]) -> None:
        self._stale = columns

    def set_rows(self, rows: tuple[LayerRow, ...]) -> None:
        """Shows other rows; where they are of the same layers nothing moves."""
        same = [row.name for row in rows] == [row.name for row in self._rows]
        if same and self._order is None and not self._filter:
            self._rows = rows
            self._words = [_words(row) for row in rows]
            if rows:
                last = self.index(len(rows) - 1, len(self.columns) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._rows = rows
        self._words = [_words(row) for row in rows]
        if not same:
            names = [row.name for row in rows]
            self._short = dict(zip(names, short_names(names), strict=True))
        self._arrange()
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Keeps the layers that hold every word of `text`."""
        self.beginResetModel()
        self._filter = text
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Column -1 is the order of execution."""
        self.beginResetModel()
        self._order = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self._arrange()
        self.endResetModel()

    def places(self, layers: tuple[str, ...]) -> list[int]:
        """The rows of several layers, in the order of the table."""
        wanted = set(layers)
        return [p for p, row in enumerate(self._shown) if self._rows[row].name in wanted]

    def layer_at(self, place: int) -> LayerRow:
        return self._rows[self._shown[place]]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row, column = self._rows[self._shown[index.row()]], self.columns[index.column()]
        if role == Role.DisplayRole:
            if column.name == "name":
                return in_line(self._short[row.name])
            value = column.value(row)
            text = number if _is_own(row, column) else column.text
            return "" if value is None else in_line(text(value))
        if role == Role.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        if role == SQNR_ROLE:
            fresh = column.sqnr and column.name not in self._stale and not _is_own(row, column)
            return column.value(row) if fresh else None
        if role == Role.ForegroundRole and column.name in self._stale:
            return QGuiApplication.palette().placeholderText()
        if role == ROW_ROLE:
            return row
        if role == Role.ToolTipRole:
            said = self._gain(row) if column.name == "sensitivity" else _tip(row, column)
            return plain_tip(said)
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

    def _gain(self, row: LayerRow) -> str:
        if row.gain_db is None:
            return self.columns[[c.name for c in self.columns].index("sensitivity")].tip
        if row.gain_own is not None:
            text = self.tr("Keeping {0} float makes your metric better by {1}.")
            return text.format(row.name, number(row.gain_own))
        text = self.tr("Keeping {0} float changes the outputs by {1} dB.")
        return text.format(row.name, decibel(row.gain_db))

    def _arrange(self) -> None:
        wanted = self._filter.casefold().split()
        shown = [i for i, w in enumerate(self._words) if all(part in w for part in wanted)]
        if self._order is not None:
            column, descending = self._order
            value = self.columns[column].value
            values = {i: value(self._rows[i]) for i in shown}
            known = [i for i in shown if _sortable(values[i])]
            known.sort(key=values.__getitem__, reverse=descending)
            shown = known + [i for i in shown if not _sortable(values[i])]
        self._shown = shown


def _is_own(row: LayerRow, column: Column) -> bool:
    """Whether this is a figure of a person's metric, which is no dB."""
    return column.name == "sensitivity" and row.sensitivity_own is not None


def _sensitivity(row: LayerRow) -> float | None:
    return row.sensitivity_db if row.sensitivity_own is None else row.sensitivity_own


def _sortable(value: Any) -> bool:
    return value is not None and value == value  # noqa: PLR0124 - nan differs from itself


def _words(row: LayerRow) -> str:
    parts = (row.name, row.operator, row.weights, row.output_type, row.method, _reason(row))
    return " ".join(part for part in parts if part).casefold()


def _tip(row: LayerRow, column: Column) -> str:
    value = column.value(row)
    if column.name == "name":
        return row.name
    if column.name == "reason" and value:
        return str(value)
    return column.tip
