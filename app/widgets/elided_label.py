"""Text that never asks for room: what does not fit is elided."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QStyle, QToolTip, QWidget

from ..text import in_line
from ..widgets.label import Label, plain_tip

_RIGHT = Qt.TextElideMode.ElideRight


class ElidedLabel(Label):
    """A text that comes and goes would otherwise push the panels beside it.

    Pointed at, it says all of it. `lines`: in how many it may break before it is elided; `elide`:
    where, if all stands in one.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        lines: int = 1,
        elide: Qt.TextElideMode = _RIGHT,
    ) -> None:
        super().__init__(text, parent)
        self._most_lines, self._elide = lines, elide

    def setText(self, text: str) -> None:  # noqa: N802
        super().setText(in_line(text))

    def lines_at(self, width: int) -> tuple[float, ...]:
        """How high each line is, in pixels, at a width: signs of another font may be higher."""
        return tuple(height for _, height in self._broken(width, self._most_lines))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and not self.toolTip() and self._lines() != [self.text()]:
            QToolTip.showText(event.globalPos(), plain_tip(self.text()), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        QStyle.drawItemText(
            self.style(),
            painter,
            self.contentsRect(),
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            "\n".join(self._lines()),
            self.foregroundRole(),
        )
        painter.end()

    def _lines(self) -> list[str]:
        """What there is room for."""
        room, metrics, text = self.contentsRect(), self.fontMetrics(), self.text()
        fitting = min(self._most_lines, max(room.height() // max(metrics.height(), 1), 1))
        starts = [start for start, _ in self._broken(room.width(), fitting)] or [0]
        ends = [*starts[1:], len(text)]
        whole = [text[start:end].rstrip() for start, end in zip(starts, ends, strict=True)]
        where = self._elide if len(whole) == 1 else _RIGHT
        return [*whole[:-1], metrics.elidedText(whole[-1], where, room.width())]

    def _broken(self, width: int, lines: int) -> list[tuple[int, float]]:
        """Where each line begins, and how high it is."""
        layout, found = QTextLayout(self.text(), self.font()), []
        layout.beginLayout()
        for _ in range(lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, 0))
            found.append((line.textStart(), line.height()))
        layout.endLayout()
        return found
