"""A panel beside the pages, which lies over them where the window is narrow."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget

from ..widgets.focus import focus_first
from ..widgets.label import Label
from ..widgets.row import horizontal, vertical


class Side(QFrame):
    """Holds one panel; `least` and `usual` are its widths in pixels."""

    def __init__(self, title: str, *, least: int, usual: int, on_left: bool) -> None:
        super().__init__()
        self.title, self.usual, self.on_left = title, usual, on_left
        self.setMinimumWidth(least)
        self.setAutoFillBackground(True)
        self.setAccessibleName(title)
        heading = Label(title)
        heading.setProperty("heading", True)
        head = horizontal(None, 12, 8, 12, 8)  # a label forgets its own when its style changes
        head.addWidget(heading)
        self._column = vertical(self, 0, 0, 0, 0, spacing=0)
        self._column.addLayout(head)
        self._panel: QWidget | None = None

    def put(self, panel: QWidget) -> bool:
        """Whether it was not there yet."""
        if self._panel is panel:
            return False
        self._panel = panel
        self._column.addWidget(panel, 1)
        return True

    def set_over(self, over: bool) -> None:
        """Whether it is drawn as something that lies over what is behind it."""
        self.setProperty("overlay", over)
        self.style().unpolish(self)
        self.style().polish(self)

    def lie_over(self, room: QWidget, top: int) -> None:
        """At its edge of `room`, from `top` down."""
        width = min(self.usual, room.width())
        x = 0 if self.on_left else room.width() - width
        self.setGeometry(x, top, width, room.height() - top)
        self.raise_()

    def take_focus(self) -> None:
        if self._panel is not None:
            focus_first(self._panel)
