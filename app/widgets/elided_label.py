"""One line of text that never asks for room: what does not fit is elided."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle

from ..text import in_line
from ..widgets.label import Label


class ElidedLabel(Label):
    """A text that comes and goes would otherwise push the panels beside it."""

    def setText(self, text: str) -> None:  # noqa: N802
        super().setText(in_line(text))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        QStyle.drawItemText(
            self.style(),
            QPainter(self),
            room,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            text,
            self.foregroundRole(),
        )
