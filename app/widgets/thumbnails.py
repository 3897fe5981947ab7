"""Samples as small pictures, with what is known of each behind them."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem

from quantengine.data.dataset import Dataset, Sample
from quantengine.data.preprocessing import Pixels
from quantengine.data.preview import outline, preview

from ..text import ELLIPSIS, in_line, number, shape
from ..widgets.label import plain_tip

_SIDE = 96
_CURVE = 0.5
"""The height of a curve as a share of its width."""
_PLACE = re.compile(r"\[\d+\]$")
_NAME = Qt.ItemDataRole.UserRole


class Thumbnails(QListWidget):
    """A sound is a curve; a sample that is neither that nor a picture shows its name alone."""

    sample_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Samples as the network sees them"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMovement(QListView.Movement.Static)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.itemClicked.connect(lambda item: self.sample_chosen.emit(item.data(_NAME)))

    def add(self, dataset: Dataset, index: int, sample: Sample | None, error: str) -> None:
        """`sample` is None where it could not be read, for the reason `error`."""
        item = QListWidgetItem(in_line(_short(dataset.names[index])))
        item.setData(_NAME, dataset.names[index])
        item.setToolTip(plain_tip(error or self._describe(dataset, sample)))
        pixels = None if sample is None else preview(sample.feeds, dataset.preprocessing)
        curve = None if sample is None or pixels is not None else outline(sample.feeds, _SIDE)
        if pixels is not None:
            item.setIcon(QIcon(_pixmap(pixels)))
            self._fit_grid(pixels.shape[0] / max(pixels.shape[:2]))
        elif curve is not None:
            item.setIcon(QIcon(self._drawn(curve)))
            self._fit_grid(_CURVE)
        self.addItem(item)

    def clear(self) -> None:
        super().clear()
        self.setGridSize(QSize(_SIDE + 24, self._words))

    @property
    def _words(self) -> int:
        """The height of a name below its picture."""
        return self.fontMetrics().height() + 16

    def _fit_grid(self, share: float) -> None:
        """Lines as high as the highest picture of this `share` of the side, with its name."""
        high = max(round(_SIDE * share) + self._words, self.gridSize().height())
        self.setGridSize(QSize(_SIDE + 24, high))
        self.setIconSize(QSize(_SIDE, high - self._words))

    def _drawn(self, curve: NDArray[np.float64]) -> QPixmap:
        """A line from the lowest to the highest of each column, zero in the middle."""
        ratio, half = self.devicePixelRatioF(), _SIDE * _CURVE / 2
        picture = QPixmap(round(_SIDE * ratio), round(2 * half * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setPen(QPen(self.palette().highlight().color(), 1))
        step = _SIDE / len(curve)
        for place, (low, high) in enumerate(curve):
            x = (place + 0.5) * step
            painter.drawLine(QPointF(x, half - high * half), QPointF(x, half - low * half + 0.5))
        painter.end()
        return picture

    def mark(self, name: str) -> None:
        """Selects the sample of that name, where it is one of these."""
        items = [self.item(row) for row in range(self.count())]
        self.setCurrentRow(next((k for k, i in enumerate(items) if i.data(_NAME) == name), -1))

    def _describe(self, dataset: Dataset, sample: Sample | None) -> str:
        if sample is None:
            return ""
        lines = [sample.name]
        if sample.label is not None:
            known = sample.label < len(dataset.classes)
            name = dataset.classes[sample.label] if known else ""
            lines.append(self.tr("label {0} {1}").format(sample.label, name))
        for name, values in sample.feeds.items():
            low, high = number(float(values.min())), number(float(values.max()))
            lines.append(f"{name}: {shape(values.shape)}, {low} {ELLIPSIS} {high}")
        return "\n".join(lines)


def _short(name: str) -> str:
    """Of an array its place, of a file its name."""
    found = _PLACE.search(name)
    return name.rsplit("/", 1)[-1] if found is None else found[0]


def _pixmap(pixels: Pixels) -> QPixmap:
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    picture = QImage(pixels.tobytes(), width, height, width * channels, kind)
    return QPixmap.fromImage(picture).scaled(
        _SIDE,
        _SIDE,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
