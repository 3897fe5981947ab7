"""A number to read, type, or move in steps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from ..text import number, parse
from ..theme import tabular


class NumberField(QLineEdit):
    """`entered` comes with Return or when the focus leaves a changed text; bad text is undone."""

    entered = Signal(float)
    stepped = Signal(int)
    """Up and down keys: by how many steps."""
    emptied = Signal()
    """Only where an empty text means something."""

    def __init__(self, name: str, *, empty: str = "") -> None:
        """`empty` says what no number means, nothing where there has to be one."""
        super().__init__()
        self.setPlaceholderText(empty)
        self._may_be_empty = bool(empty)
        self._value: float | None = None
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(tabular(self.font()))
        self.setMinimumWidth(72)
        self.setMaximumWidth(104)
        self.editingFinished.connect(self._take)

    @property
    def value(self) -> float | None:
        return self._value

    def set_value(self, value: float | None) -> None:
        """Shows a value without telling anyone."""
        self._value = value
        self.setText("" if value is None else number(value, 5))
        self.setModified(False)

    def event(self, event: QEvent) -> bool:
        """Escape belongs to the field while it is edited, not to the window's commands."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is not None:
            self.stepped.emit(steps)
        elif event.key() == Qt.Key.Key_Escape:
            self.set_value(self._value)
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        if not self.isModified():
            return
        typed = parse(self.text())
        if self._may_be_empty and not self.text().strip() and self._value is not None:
            self.set_value(None)
            self.emptied.emit()
        elif typed is None or typed == self._value:
            self.set_value(self._value)
        else:
            self._value = typed
            self.setModified(False)
            self.entered.emit(typed)
