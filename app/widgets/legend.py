"""The SQNR levels and their colours."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme import LIMITS_DB, Theme

_CHIP, _GAP, _BETWEEN = 8, 4, 12


class Legend(QWidget):
    """One line: a chip and its limit for each level."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        theme.changed.connect(self.update)
        self.setToolTip(
            self.tr(
                "SQNR compares the power of the signal with the power of its rounding error.\n"
                "6 dB more is one bit more; above 30 dB is good."
            )
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        texts = sum(metrics.horizontalAdvance(text) for text, _ in self._entries())
        return QSize(texts + 4 * (_CHIP + _GAP + _BETWEEN), metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        painter = QPainter(self)
        metrics, x = self.fontMetrics(), 0
        for text, value in self._entries():
            middle = self.height() / 2
            chip = QRectF(x, middle - _CHIP / 2, _CHIP, _CHIP)
            painter.fillRect(chip, self._theme.sqnr_colour(value))
            x += _CHIP + _GAP
            painter.setPen(self.palette().windowText().color())
            width = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(x, 0, width + 2, self.height()), 0x84, text)
            x += width + _BETWEEN

    def _entries(self) -> list[tuple[str, float]]:
        low, middle, high = LIMITS_DB
        return [
            (f"< {low:g}", low - 1),
            (f"< {middle:g}", middle - 1),
            (f"< {high:g}", high - 1),
            (f"\N{GREATER-THAN OR EQUAL TO} {high:g} dB", high),
        ]
