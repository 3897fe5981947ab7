"""Pales what lies under it; clicks go through."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ..theme import Theme

_OPACITY = 0.55


class Veil(QWidget):
    """Covers its parent while it is shown."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        parent.installEventFilter(self)
        self.hide()

    def cover(self, on: bool) -> None:
        self.setGeometry(self._below.rect())
        self.setVisible(on)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._below.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colour = QColor(self._theme.colours.base)
        colour.setAlphaF(_OPACITY)
        QPainter(self).fillRect(self.rect(), colour)

    @property
    def _below(self) -> QWidget:
        parent = self.parentWidget()
        assert parent is not None
        return parent
