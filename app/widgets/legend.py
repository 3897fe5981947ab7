"""What colours mean, in one line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ..theme import Theme
from ..widgets.label import plain_tip
from ..widgets.limits import Limits

Entries = Callable[[], list[tuple[str, QColor]]]

_CHIP, _STROKE, _GAP, _BETWEEN = 8, 16, 4, 12


class Legend(QWidget):
    """A chip, or a stroke where it speaks of lines, before each text."""

    clicked = Signal()

    def __init__(self, theme: Theme, entries: Entries, tip: str, *, strokes: bool = False) -> None:
        super().__init__()
        self._entries = entries
        self._strokes = strokes
        self._mark = _STROKE if strokes else _CHIP
        self.setToolTip(plain_tip(tip))
        theme.changed.connect(self._refresh)

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(text) for text, _ in self._entries()]
        around = self._mark + _GAP + _BETWEEN
        return QSize(sum(widths) + len(widths) * around, metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        painter = QPainter(self)
        metrics, x = self.fontMetrics(), 0
        for text, colour in self._entries():
            self._paint_mark(painter, x, colour)
            x += self._mark + _GAP
            painter.setPen(self.palette().windowText().color())
            width = metrics.horizontalAdvance(text)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(x, 0, width + 2, self.height()), flags, text)
            x += width + _BETWEEN

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.accept()
        self.clicked.emit()

    def _paint_mark(self, painter: QPainter, x: int, colour: QColor) -> None:
        middle = self.height() / 2
        if self._strokes:
            painter.setPen(QPen(colour, 2))
            painter.drawLine(QLineF(x, middle, x + _STROKE, middle))
        else:
            painter.fillRect(QRectF(x, middle - _CHIP / 2, _CHIP, _CHIP), colour)

    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()


def sqnr_legend(theme: Theme) -> Legend:
    """The SQNR levels and their colours; a click moves the limits."""

    def entries() -> list[tuple[str, QColor]]:
        low, middle, high = theme.limits_db
        return [
            (f"< {low:g}", theme.sqnr_colour(low - 1)),
            (f"< {middle:g}", theme.sqnr_colour((low + middle) / 2)),
            (f"< {high:g}", theme.sqnr_colour((middle + high) / 2)),
            (f"\N{GREATER-THAN OR EQUAL TO} {high:g} dB", theme.sqnr_colour(high)),
        ]

    tip = QCoreApplication.translate(
        "Legend",
        "SQNR compares the power of the signal with the power of its rounding error:\n"
        "6 dB more is one bit more, above 30 dB is good. Click to move the limits.",
    )
    legend = Legend(theme, entries, tip)
    legend.setCursor(Qt.CursorShape.PointingHandCursor)
    limits = Limits(theme, legend)
    legend.clicked.connect(limits.open)
    return legend


def wire_legend(theme: Theme) -> Legend:
    """What the colours of wires mean."""

    def entries() -> list[tuple[str, QColor]]:
        colours = theme.colours
        return [
            (QCoreApplication.translate("Legend", "float"), QColor(colours.float_)),
            (QCoreApplication.translate("Legend", "codes"), QColor(colours.quantized)),
        ]

    tip = QCoreApplication.translate(
        "Legend",
        "Where the wire is orange the tensor travels as integer codes.\n"
        "Each change of colour costs a conversion: few of them are good.",
    )
    return Legend(theme, entries, tip, strokes=True)
