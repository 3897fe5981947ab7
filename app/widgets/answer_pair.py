"""What two networks say of a sample, side by side: pictures, or curves where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QGridLayout, QWidget

from ..plots.canvas import Canvas
from ..theme import Theme
from ..translation import said
from ..widgets.label import Label

if TYPE_CHECKING:
    from quantengine.analyze.worst import Answer, WorstSample
    from quantengine.verdict.tasks.drawing import Pixels

_LEAST = QSize(120, 120)


class AnswerPair(QWidget):
    """The float network on the left, the quantized one on the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        titles = (self.tr("float"), self.tr("quantized"))
        self.pictures = tuple(_Picture(title) for title in titles)
        self.texts = tuple(Label() for _ in titles)
        self.curves = Canvas(theme, x=self.tr("place"), y=self.tr("value"), name=self.tr("Outputs"))
        self._lines = tuple(pg.PlotDataItem() for _ in titles)
        self._theme = theme
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(8)
        for column, (title, picture, text) in enumerate(
            zip(titles, self.pictures, self.texts, strict=True)
        ):
            text.setWordWrap(True)
            text.setAlignment(Qt.AlignmentFlag.AlignTop)
            layout.addWidget(Label(title), 0, column)
            layout.addWidget(text, 1, column)
            layout.addWidget(picture, 2, column)
            layout.setColumnStretch(column, 1)
            self.curves.addItem(self._lines[column])
        layout.addWidget(self.curves, 3, 0, 1, 2)
        self._rows = layout
        theme.changed.connect(self._tint)
        self._tint()
        self.show_answers(None)

    def show_answers(self, sample: WorstSample | None) -> None:
        answers = None if sample is None else (sample.reference, sample.candidate)
        drawn = answers is not None and all(each.picture is not None for each in answers)
        self.curves.setVisible(answers is not None and not drawn)
        self._rows.setRowStretch(2, int(drawn))
        self._rows.setRowStretch(3, int(not drawn))
        for place, picture in enumerate(self.pictures):
            answer = None if answers is None else answers[place]
            picture.setVisible(drawn)
            picture.show_pixels(answer.picture if answer is not None and drawn else None)
            self.texts[place].setText("" if answer is None else said(answer.text))
            self._lines[place].setData(*_points(answer))

    def _tint(self) -> None:
        colours = self._theme.colours
        for line, colour in zip(self._lines, (colours.float_, colours.quantized), strict=True):
            line.setPen(pg.mkPen(colour, width=1.5))


class _Picture(QWidget):
    """Pixels as large as there is room, sides kept."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumSize(_LEAST)
        self.pixmap: QPixmap | None = None

    def show_pixels(self, pixels: Pixels | None) -> None:
        self.pixmap = None
        if pixels is not None:
            height, width, channels = pixels.shape
            data = np.ascontiguousarray(pixels).tobytes()
            kind = QImage.Format.Format_RGB888
            self.pixmap = QPixmap.fromImage(QImage(data, width, height, width * channels, kind))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        if self.pixmap is None:
            return
        fitted = self.pixmap.scaled(
            self.size(),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter = QPainter(self)
        painter.drawPixmap((self.width() - fitted.width()) // 2, 0, fitted)
        painter.end()


def _points(answer: Answer | None) -> tuple[list[int], list[float]]:
    if answer is None:
        return [], []
    usable = np.flatnonzero(np.isfinite(answer.curve))
    return usable.tolist(), answer.curve[usable].tolist()
