"""The limits between the colours of SQNR, to be moved."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from ..theme import LIMITS_DB, Theme
from ..widgets.label import Label, plain_tip
from ..widgets.number_field import NumberField
from ..widgets.row import horizontal


class Limits(QFrame):
    """Opens above its parent; a limit that would not lie between its neighbours is refused."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Limits of the SQNR colours"))
        line = horizontal(self, 12, 8, 12, 8, spacing=8)
        line.addWidget(Label(self.tr("Limits in dB")))
        names = (self.tr("bad below"), self.tr("poor below"), self.tr("good from"))
        self.fields = tuple(NumberField(name) for name in names)
        for place, (field, name) in enumerate(zip(self.fields, names, strict=True)):
            field.setToolTip(plain_tip(name))
            field.setMaximumWidth(56)
            field.entered.connect(lambda value, place=place: self._enter(place, value))
            line.addWidget(field)
        self.default = QPushButton(self.tr("Default"))
        self.default.clicked.connect(lambda _checked: theme.set_limits(LIMITS_DB))
        line.addWidget(self.default)
        theme.limits_changed.connect(self._show_limits)
        self._show_limits()

    def open(self) -> None:
        self.adjustSize()
        parent = self.parentWidget()
        assert parent is not None
        self.move(parent.mapToGlobal(QPoint(0, -self.height() - 4)))
        self.show()
        self.fields[0].setFocus()

    def _enter(self, place: int, value: float) -> None:
        limits = list(self._theme.limits_db)
        limits[place] = value
        low, middle, high = limits
        self._theme.set_limits((low, middle, high))
        self._show_limits()

    def _show_limits(self) -> None:
        for field, limit in zip(self.fields, self._theme.limits_db, strict=True):
            field.set_value(limit)
