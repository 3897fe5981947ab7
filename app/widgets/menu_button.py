"""A fact that opens a menu of what else it could be."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton

from ..text import on_button
from .label import plain_tip

_DOWN = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"
_LEAST, _ROOM, _BESIDE_ICON = 72, 20, 8


class MenuButton(QToolButton):
    """Gives way where there is little room, down to `least` pixels: its text is elided."""

    def __init__(self, name: str, *, least: int = _LEAST) -> None:
        super().__init__()
        self._text, self._least = "", least
        self.setProperty("fact", True)
        self.setAutoRaise(True)
        self.setAccessibleName(name)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.choices = QMenu(self)
        self.setMenu(self.choices)

    def show_text(self, text: str, tip: str = "") -> None:
        self._text = text
        self.setToolTip(plain_tip(tip or text))
        self.updateGeometry()
        self._fit()

    def shown_text(self) -> str:
        """All of it, also where it is elided."""
        return self._text

    def sizeHint(self) -> QSize:  # noqa: N802
        width = self.fontMetrics().horizontalAdvance(f"{self._text} {_DOWN}")
        return QSize(width + self._around, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(min(self._least, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    @property
    def _around(self) -> int:
        icon = 0 if self.icon().isNull() else self.iconSize().width() + _BESIDE_ICON
        return _ROOM + icon

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        room = self.width() - self._around - metrics.horizontalAdvance(f" {_DOWN}")
        full = self._text
        wanted = metrics.horizontalAdvance(full)
        fits = room >= wanted or self.width() >= self.sizeHint().width()
        text = full if fits else metrics.elidedText(full, Qt.TextElideMode.ElideMiddle, room)
        self.setText(f"{on_button(text)} {_DOWN}")
