"""What can be said about the data: how images are prepared, and what feeds which input."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QPushButton, QWidget

from ..entries import count, mapping, mapping_text, numbers, said, side
from ..widgets.form_labels import level_labels

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.data.options import DataOptions

_GUESS = ""
_COLOURS = ("bgr", "grey", "luma")


class DataForm(QWidget):
    """What was said is text, what was guessed is shown as a placeholder."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        guess = self.tr("guess")
        presets = [(name, name) for name in ("imagenet", "tf", "unit", "raw")]
        self.preset = _combo([(guess, _GUESS), *presets])
        self.preset.setToolTip(
            self.tr(
                "imagenet: mean and std of ImageNet. tf: -1 to 1. unit: 0 to 1. raw: 0 to 255.\n"
                "A model does not say what it was trained with: a wrong preset costs accuracy."
            )
        )
        self.colour = _combo(
            [
                (self.tr("as stored"), _GUESS),
                (self.tr("blue first (BGR)"), "bgr"),
                (self.tr("grey"), "grey"),
                (self.tr("luma (Y of YCbCr)"), "luma"),
            ]
        )
        self.layout_ = _combo(
            [
                (guess, _GUESS),
                (self.tr("channels first"), "nchw"),
                (self.tr("channels last"), "nhwc"),
            ]
        )
        self.resize_ = _line(self.tr("Short side in pixels, or width x height"))
        self.crop = _line(self.tr("Side of the centre square, or width x height"))
        self.mean = _line(self.tr("Subtracted: one number, or one for each channel"))
        self.std = _line(self.tr("Divides: one number, or one for each channel"))
        self.limit = _line(self.tr("So many samples, evenly spaced over all"))
        self.start = _line(self.tr("The first sample that is used, counted from 0"))
        self.stop = _line(self.tr("The sample after the last that is used"))
        self.images = _line(self.tr("Name of the array of images in an .npz file"))
        self.labels = _line(self.tr("Name of the array of labels, or a csv file of a folder"))
        self.mapping = _line(
            self.tr("Array or constant of each input of the model: ids=tokens, mask=1")
        )
        self.button = QPushButton(self.tr("Apply"))
        self.button.clicked.connect(lambda _checked: self.wanted.emit())
        self.formula = QLabel()
        self.formula.setWordWrap(True)
        self.formula.setProperty("dim", True)
        self._lay_out()

    def show_options(self, options: DataOptions, dataset: Dataset | None) -> None:
        used = None if dataset is None else dataset.preprocessing
        colour = next((name for name in _COLOURS if getattr(options, name)), _GUESS)
        for combo, value in (
            (self.preset, options.preset),
            (self.colour, colour),
            (self.layout_, options.layout),
        ):
            combo.setCurrentIndex(max(combo.findData(value or _GUESS), 0))
        mapped = {} if dataset is None else dataset.description.get("mapping", {})
        for field, value, guessed in (
            (self.resize_, options.resize, used and used.resize),
            (self.crop, options.crop, used and used.crop),
            (self.mean, options.mean, used and used.mean),
            (self.std, options.std, used and used.std),
            (self.limit, options.limit, dataset and len(dataset)),
            (self.start, options.start, 0),
            (self.stop, options.stop, None),
            (self.images, options.images, None),
            (self.labels, options.labels, dataset and dataset.description.get("labels")),
            (self.mapping, mapping_text(options.mapping), mapping_text(mapped)),
        ):
            field.setText(said(value))
            field.setPlaceholderText(said(guessed) or self.tr("none"))
        self.stop.setPlaceholderText(self.tr("the last"))
        for field in self._of_images:
            self._form.setRowVisible(field, used is not None or dataset is None)
        self.formula.setText("" if used is None else self.tr("value = {0}").format(used.formula))

    def options(self, before: DataOptions) -> DataOptions:
        """What the form says; raises ValueError with a sentence."""
        colour = self.colour.currentData()
        return replace(
            before,
            preset=self.preset.currentData() or None,
            resize=side(self.resize_.text()),
            crop=side(self.crop.text()),
            mean=numbers(self.mean.text()),
            std=numbers(self.std.text()),
            bgr=colour == "bgr",
            grey=colour == "grey",
            luma=colour == "luma",
            layout=self.layout_.currentData() or None,
            start=count(self.start.text(), least=0),
            stop=count(self.stop.text()),
            limit=count(self.limit.text()),
            images=self.images.text().strip() or None,
            labels=self.labels.text().strip() or None,
            mapping=mapping(self.mapping.text()),
        )

    def _lay_out(self) -> None:
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(6)
        self._of_images = (
            self.preset,
            self.colour,
            self.resize_,
            self.crop,
            self.mean,
            self.std,
            self.layout_,
        )
        for name, field in (
            (self.tr("Preset"), self.preset),
            (self.tr("Colour"), self.colour),
            (self.tr("Resize"), self.resize_),
            (self.tr("Crop"), self.crop),
            (self.tr("Mean"), self.mean),
            (self.tr("Std"), self.std),
            (self.tr("Layout"), self.layout_),
            (self.tr("Samples"), self.limit),
            (self.tr("From"), self.start),
            (self.tr("Up to"), self.stop),
            (self.tr("Images"), self.images),
            (self.tr("Labels"), self.labels),
            (self.tr("Inputs"), self.mapping),
        ):
            field.setAccessibleName(name)
            self._form.addRow(name, field)
            if isinstance(field, QLineEdit):
                field.returnPressed.connect(self.wanted)
        self._form.addRow("", self.button)
        self._form.addRow(self.formula)
        level_labels(self._form)


def _combo(entries: list[tuple[str, str]]) -> QComboBox:
    combo = QComboBox()
    for text, value in entries:
        combo.addItem(text, value)
    return combo


def _line(tip: str) -> QLineEdit:
    line = QLineEdit()
    line.setToolTip(tip)
    return line
