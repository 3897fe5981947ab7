"""What the colours of wires mean."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.theme import Theme

_LINE, _GAP, _BETWEEN = 16, 4, 12


class WireLegend(QWidget):
    """One line: a stroke for float numbers, one for codes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        theme.changed.connect(self.update)
        self.setToolTip(
            self.tr(
                "Where the wire is orange the tensor travels as integer codes.\n"
                "Each change of colour costs a conversion: few of them are good."
            )
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        texts = sum(metrics.horizontalAdvance(text) for text, _ in self._entries())
        return QSize(texts + 2 * (_LINE + _GAP + _BETWEEN), metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        painter = QPainter(self)
        metrics, x, middle = self.fontMetrics(), 0.0, self.height() / 2
        for text, colour in self._entries():
            painter.setPen(QPen(QColor(colour), 2))
            painter.drawLine(QLineF(x, middle, x + _LINE, middle))
            x += _LINE + _GAP
            painter.setPen(self.palette().windowText().color())
            width = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(x, 0, width + 2, self.height()), 0x84, text)
            x += width + _BETWEEN

    def _entries(self) -> list[tuple[str, str]]:
        colours = self._theme.colours
        return [(self.tr("float"), colours.float_), (self.tr("codes"), colours.quantized)]
