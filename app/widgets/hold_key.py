"""A key that does something as long as it is held."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class HoldKey(QObject):
    """Watches widgets: `pressed` and `released` come once, however long the key repeats."""

    pressed = Signal()
    released = Signal()

    def __init__(self, key: Qt.Key, *widgets: QWidget) -> None:
        super().__init__(widgets[0])
        self._key = key
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.WindowDeactivate:
            self.released.emit()
        if not isinstance(event, QKeyEvent) or event.key() != self._key or event.modifiers():
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self.pressed.emit()
        if event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat():
            self.released.emit()
        return event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
