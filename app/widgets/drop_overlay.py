"""Says over the whole window what will happen with what is dragged over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ..theme import Theme

_OPACITY = 0.93
_MARGIN, _RADIUS, _LINE = 20, 12, 2
_LARGER = 5


class DropOverlay(QWidget):
    """Covers its parent while something is dragged; the drag itself goes to what lies under it."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text, self.refused = "", False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, text: str, *, refused: bool) -> None:
        self.text, self.refused = text, refused
        self.setAccessibleName(text)
        self.setGeometry(self._below.rect())
        self.show()
        self.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._below.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours, painter = self._theme.colours, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pale = QColor(colours.base)
        pale.setAlphaF(_OPACITY)
        painter.fillRect(self.rect(), pale)
        edge = QColor(colours.clip if self.refused else colours.accent)
        style = Qt.PenStyle.DashLine if self.refused else Qt.PenStyle.SolidLine
        painter.setPen(QPen(edge, _LINE, style))
        frame = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() + _LARGER)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(frame.adjusted(_MARGIN, 0, -_MARGIN, 0), int(flags), self.text)

    @property
    def _below(self) -> QWidget:
        parent = self.parentWidget()
        assert parent is not None
        return parent
