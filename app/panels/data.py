"""The samples as the network will see them, and how they are prepared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.context import Context
from app.document import DataSource
from app.panels.view import View
from app.text import number, shape
from quantengine.errors import DataError
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset, Sample
    from quantengine.data.options import DataOptions

MOST_THUMBNAILS = 24
_SIDE = 96
_GUESS = ""


def make(context: Context) -> View:
    return DataView(context)


class DataView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown: Dataset | None = None
        self._make_parts()
        self._lay_out()
        document = context.document
        self.follow(document.data_changed, document.model_changed, document.source_changed)

    def refresh(self) -> None:
        document = self.context.document
        dataset, source = document.dataset, document.dataset_source
        if dataset is None or source is None:
            self.show_empty(
                self.tr(
                    "The samples will be here, as the network sees them. Drop a folder of images "
                    "or an array file anywhere, or choose it under Data in the toolbar."
                )
            )
            return
        self.show_body()
        self.source.setText(str(source.path))
        labels = self.tr("no labels found")
        if dataset.labelled:
            known = sum(label is not None for label in dataset.labels)
            labels = self.tr("{0} labelled").format(known)
            if dataset.classes:
                labels += self.tr(", {0} classes").format(len(dataset.classes))
        self.facts.setText(self.tr("{0} samples, {1}").format(len(dataset), labels))
        self.notes.setText("\n".join(dataset.notes))
        self._show_options(source.options, dataset)
        if dataset is not self._shown:
            self._shown = dataset
            self._load_thumbnails(dataset)

    def apply(self) -> None:
        """Opens the same data with what the form says; one undo step."""
        source = self.context.document.dataset_source
        if source is None:
            return
        try:
            options = self._options(source.options)
        except ValueError as error:
            self.context.steps.failed.emit(str(error), "")
            return
        self.context.steps.choose_data(DataSource(source.path, options))

    def _options(self, before: DataOptions) -> DataOptions:
        return replace(
            before,
            preset=self.preset.currentData() or None,
            resize=_size(self.resize_.text()),
            crop=_size(self.crop.text()),
            mean=_numbers(self.mean.text()),
            std=_numbers(self.std.text()),
            bgr=self.bgr.isChecked(),
            layout=self.layout_.currentData() or None,
            limit=_count(self.limit.text()),
        )

    def _show_options(self, options: DataOptions, dataset: Dataset) -> None:
        """What was said is text, what was guessed is shown as a placeholder."""
        used = dataset.preprocessing
        for combo, value in ((self.preset, options.preset), (self.layout_, options.layout)):
            combo.setCurrentIndex(max(combo.findData(value or _GUESS), 0))
        for field, said, guessed in (
            (self.resize_, options.resize, used and used.resize),
            (self.crop, options.crop, used and used.crop),
            (self.mean, options.mean, used and used.mean),
            (self.std, options.std, used and used.std),
            (self.limit, options.limit, len(dataset)),
        ):
            field.setText(_said(said))
            field.setPlaceholderText(_said(guessed) or self.tr("none"))
        self.bgr.setChecked(options.bgr)
        self._form.setEnabled(used is not None)
        self._explain.setText("" if used is None else self.tr("value = {0}").format(used.formula))

    def _load_thumbnails(self, dataset: Dataset) -> None:
        self.thumbnails.clear()
        count = min(len(dataset), MOST_THUMBNAILS)
        chosen = np.linspace(0, len(dataset) - 1, count).round().astype(int)

        def call(monitor: Monitor) -> list[tuple[int, Sample | None, str]]:
            found: list[tuple[int, Sample | None, str]] = []
            for index in monitor.track([int(i) for i in chosen], "Reading samples"):
                try:
                    found.append((index, dataset.load(index), ""))
                except DataError as error:
                    found.append((index, None, str(error)))
            return found

        job = self.context.jobs.start("thumbnails", self.tr("Reading samples"), call)
        job.done.connect(lambda found: self._show_thumbnails(dataset, found))

    def _show_thumbnails(
        self, dataset: Dataset, found: list[tuple[int, Sample | None, str]]
    ) -> None:
        for index, sample, error in found:
            name = dataset.names[index]
            item = QListWidgetItem(name.rsplit("/", 1)[-1])
            item.setToolTip(error or self._describe(dataset, sample))
            if sample is not None:
                picture = _picture(sample, dataset)
                if picture is not None:
                    item.setIcon(QIcon(picture))
            self.thumbnails.addItem(item)

    def _describe(self, dataset: Dataset, sample: Sample | None) -> str:
        if sample is None:
            return ""
        lines = [sample.name]
        if sample.label is not None:
            known = sample.label < len(dataset.classes)
            name = dataset.classes[sample.label] if known else ""
            lines.append(self.tr("label {0} {1}").format(sample.label, name))
        for name, values in sample.feeds.items():
            lines.append(
                f"{name}: {shape(values.shape)}, {number(float(values.min()))} "
                f"\N{HORIZONTAL ELLIPSIS} {number(float(values.max()))}"
            )
        return "\n".join(lines)

    def _make_parts(self) -> None:
        self.source = QLabel()
        self.source.setProperty("heading", True)
        self.source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = QLabel()
        self.notes = QLabel()
        self._explain = QLabel()
        for label in (self.notes, self._explain):
            label.setWordWrap(True)
            label.setProperty("dim", True)
        self.thumbnails = QListWidget()
        self.thumbnails.setAccessibleName(self.tr("Samples as the network sees them"))
        self.thumbnails.setViewMode(QListView.ViewMode.IconMode)
        self.thumbnails.setIconSize(QSize(_SIDE, _SIDE))
        self.thumbnails.setGridSize(QSize(_SIDE + 24, _SIDE + 36))
        self.thumbnails.setResizeMode(QListView.ResizeMode.Adjust)
        self.thumbnails.setMovement(QListView.Movement.Static)
        self.thumbnails.setWordWrap(False)
        self.thumbnails.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        guess = self.tr("guess")
        self.preset = _combo(self.tr("Preset"), [guess, "imagenet", "tf", "unit", "raw"])
        self.layout_ = _combo(self.tr("Layout"), [guess, "nchw", "nhwc"])
        self.resize_ = QLineEdit()
        self.resize_.setToolTip(self.tr("Short side in pixels, or width x height"))
        self.crop = QLineEdit()
        self.crop.setToolTip(self.tr("Side of the centre square, or width x height"))
        self.mean = QLineEdit()
        self.mean.setToolTip(self.tr("One number, or one for each channel"))
        self.std = QLineEdit()
        self.std.setToolTip(self.tr("One number, or one for each channel"))
        self.limit = QLineEdit()
        self.limit.setToolTip(self.tr("So many samples, evenly spaced over all"))
        self.bgr = QCheckBox(self.tr("Blue first (BGR)"))
        self.button = QPushButton(self.tr("Apply"))
        self.button.clicked.connect(lambda _checked: self.apply())

    def _lay_out(self) -> None:
        self._form = QWidget()
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        for name, field in (
            (self.tr("Preset"), self.preset),
            (self.tr("Resize"), self.resize_),
            (self.tr("Crop"), self.crop),
            (self.tr("Mean"), self.mean),
            (self.tr("Std"), self.std),
            (self.tr("Layout"), self.layout_),
            (self.tr("Samples"), self.limit),
        ):
            field.setAccessibleName(name)
            form.addRow(name, field)
            if isinstance(field, QLineEdit):
                field.returnPressed.connect(self.apply)
        form.addRow("", self.bgr)
        form.addRow("", self.button)
        side = QVBoxLayout()
        side.setSpacing(12)
        side.addWidget(self._form)
        side.addWidget(self._explain)
        side.addStretch(1)
        right = QWidget()
        right.setFixedWidth(240)
        right.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.thumbnails, 1)
        row.addWidget(right)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.source)
        column.addWidget(self.facts)
        column.addWidget(self.notes)
        column.addLayout(row, 1)


def _combo(name: str, words: list[str]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    for place, word in enumerate(words):
        combo.addItem(word, word if place else _GUESS)
    return combo


def _picture(sample: Sample, dataset: Dataset) -> QPixmap | None:
    """The first input that looks like an image, stretched from its own range to grey or colour."""
    for values in sample.feeds.values():
        image = _image(values, dataset)
        if image is not None:
            height, width, channels = image.shape
            kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
            picture = QImage(image.tobytes(), width, height, width * channels, kind)
            return QPixmap.fromImage(picture).scaled(
                _SIDE,
                _SIDE,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
    return None


def _image(values: NDArray[np.generic], dataset: Dataset) -> NDArray[np.uint8] | None:
    """[H, W, 1 or 3] uint8 of the first image of a batch, None where it is none."""
    if values.ndim not in (3, 4) or values.dtype.kind not in "fui":
        return None
    first = values[0] if values.ndim == 4 else values
    used = dataset.preprocessing
    is_last = used.layout == "nhwc" if used is not None else first.shape[-1] in (1, 3)
    image = first if is_last else np.moveaxis(first, 0, -1)
    if image.shape[-1] not in (1, 3) or min(image.shape[:2]) < 2:
        return None
    pixels = image.astype(np.float32)
    if used is not None:
        pixels = (pixels * np.float32(used.std) + np.float32(used.mean)) * np.float32(used.scale)
    else:
        low, high = float(pixels.min()), float(pixels.max())
        pixels = (pixels - low) * (255.0 / (high - low or 1.0))
    return np.ascontiguousarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(f"{part:g}" for part in value)
    return str(value)


def _numbers(text: str) -> tuple[float, ...] | None:
    parts = text.replace(",", " ").split()
    try:
        return tuple(float(part) for part in parts) or None
    except ValueError as error:
        raise ValueError(
            f"'{text}' is not a list of numbers such as 0.485, 0.456, 0.406."
        ) from error


def _size(text: str) -> int | tuple[int, int] | None:
    parts = text.replace("x", " ").replace(",", " ").split()
    if not parts:
        return None
    if len(parts) > 2 or not all(part.isdigit() and int(part) > 0 for part in parts):
        raise ValueError(f"'{text}' is not a size such as 224 or 320 x 240.")
    return int(parts[0]) if len(parts) == 1 else (int(parts[0]), int(parts[1]))


def _count(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdigit() or int(text) < 1:
        raise ValueError(f"'{text}' is not a number of samples.")
    return int(text)
