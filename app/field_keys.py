"""Keys of commands work while the keyboard is in a text field, too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QWidget

from .actions import Actions


class FieldKeys(QObject):
    """Where Ctrl+E, Ctrl+K and Ctrl+D edit text, as on X11, a field would keep them to itself."""

    def __init__(self, window: QMainWindow, actions: Actions) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A field that does not claim a key leaves it to the window."""
        claims = event.type() == QEvent.Type.ShortcutOverride
        if claims and isinstance(event, QKeyEvent) and self._is_command(event):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _is_command(self, event: QKeyEvent) -> bool:
        keys = QKeySequence(event.keyCombination())
        return any(each.shortcut() == keys for each in self._actions.anywhere)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Only the field that has the keyboard is listened to: all events would be too many."""
        if isinstance(before, QLineEdit):
            before.removeEventFilter(self)
        if isinstance(now, QLineEdit) and self._window.isAncestorOf(now):
            now.installEventFilter(self)
