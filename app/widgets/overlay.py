"""A sheet that lies over the window until it is closed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QToolButton, QWidget
from shiboken6 import isValid

from ..widgets.focus import focus_first
from ..widgets.label import Label
from ..widgets.row import fill, horizontal, vertical

_MARGIN = 16


class Overlay(QFrame):
    """Holds one widget under a title, as large as wanted where its parent has the room."""

    def __init__(self, parent: QWidget, title: str, content: QWidget, size: QSize) -> None:
        super().__init__(parent)
        self._wanted = size
        self.setAutoFillBackground(True)
        self.setProperty("overlay", True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._content = content
        self._before: QWidget | None = None
        """Where the keyboard was."""
        self.setAccessibleName(title)
        heading = Label(title)
        heading.setProperty("heading", True)
        shut = QToolButton()
        shut.setText("\N{MULTIPLICATION SIGN}")
        shut.setAutoRaise(True)
        shut.setToolTip(self.tr("Close (Esc)"))
        shut.setAccessibleName(self.tr("Close"))
        shut.clicked.connect(lambda _checked: self.hide())
        head = horizontal(None, 16, 8, 8, 0)
        fill(head, heading, 1, shut)
        column = vertical(self, 0, 0, 0, 0, spacing=0)
        fill(column, head, (content, 1))
        self.hide()
        parent.installEventFilter(self)

    def open(self) -> None:
        self._before = self.window().focusWidget()
        self._fit()
        self.show()
        self.raise_()
        self.setFocus()
        focus_first(self._content)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        room = parent.size() - QSize(2 * _MARGIN, 2 * _MARGIN)
        self.resize(self._wanted.boundedTo(room))
        self.move(parent.rect().center() - self.rect().center())
