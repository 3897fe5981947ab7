"""Which columns the layers have, and what else of them is shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from ..models.layer_columns import BY_DEFAULT
from ..models.layer_table import LayerTable
from ..settings import Settings
from ..text import on_button


class ColumnsButton(QToolButton):
    """`changed` comes with other columns."""

    changed = Signal()

    def __init__(self, table: LayerTable, settings: Settings) -> None:
        super().__init__()
        self._table, self._settings = table, settings
        self.setText("\N{TRIGRAM FOR HEAVEN}")
        self.setAutoRaise(True)
        self.setToolTip(self.tr("Columns, and which layers are listed"))
        self.setAccessibleName(self.tr("Columns"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._shown = set(settings.columns or BY_DEFAULT) | {"name"}
        self.columns: dict[str, QAction] = {}
        menu = QMenu(self)
        self._fill(menu)
        self.setMenu(menu)

    @property
    def places(self) -> set[int]:
        return {i for i, c in enumerate(self._table.columns) if c.name in self._shown}

    def choose(self, name: str, shown: bool) -> None:
        self._shown = self._shown | {name} if shown else self._shown - {name}
        self._settings.columns = [c.name for c in self._table.columns if c.name in self._shown]
        self.changed.emit()

    def _fill(self, menu: QMenu) -> None:
        self.moving = menu.addAction(self.tr("Operators that only move values"))
        self.moving.setCheckable(True)
        self.moving.toggled.connect(self._table.set_moving)
        menu.addAction(self.tr("Fold all modules")).triggered.connect(
            lambda _on: self._table.fold_all(True)
        )
        menu.addAction(self.tr("Open all modules")).triggered.connect(
            lambda _on: self._table.fold_all(False)
        )
        menu.addSeparator()
        for column in self._table.columns[1:]:
            action = self.columns[column.name] = menu.addAction(on_button(column.title))
            action.setCheckable(True)
            action.setChecked(column.name in self._shown)
            action.toggled.connect(lambda on, name=column.name: self.choose(name, on))
