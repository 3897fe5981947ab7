"""The fields of what can be said about data, each with its help."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from ..widgets.choice_box import ChoiceBox
from ..widgets.fields import choice, line

GUESS, FORCED = "", "forced"
_FITS = ("crop", "stretch", "letterbox:114")


class DataFields(QWidget):
    """Made and not laid out yet."""

    def __init__(self) -> None:
        super().__init__()
        self._make_choices()
        self._make_sides()
        self._make_samples()
        self._make_loops()

    def _make_choices(self) -> None:
        self.input_ = ChoiceBox()
        self.input_.setToolTip(self.tr("The input of the model that the lines below are about"))
        guess = self.tr("guess")
        presets = [(name, name) for name in ("imagenet", "tf", "unit", "raw")]
        self.preset = choice([(guess, GUESS), *presets])
        self.preset.setToolTip(
            self.tr(
                "imagenet: mean and std of ImageNet. tf: -1 to 1. unit: 0 to 1. raw: 0 to 255.\n"
                "A model does not say what it was trained with: a wrong preset costs accuracy."
            )
        )
        self.colour = choice(
            [
                (self.tr("as stored"), GUESS),
                (self.tr("blue first (BGR)"), "bgr"),
                (self.tr("grey"), "grey"),
                (self.tr("luma (Y of YCbCr)"), "luma"),
            ]
        )
        self.layout_ = choice(
            [
                (guess, GUESS),
                (self.tr("channels first"), "nchw"),
                (self.tr("channels last"), "nhwc"),
            ]
        )

    def _make_sides(self) -> None:
        self.resize_ = line(self.tr("Short side in pixels, or width x height"))
        self.crop = line(self.tr("Side of the centre square, or width x height"))
        self.fit = choice([(self.tr("guess"), GUESS), *((text, text) for text in _FITS)])
        self.fit.setToolTip(
            self.tr(
                "How images come to the size of the input. crop: the centre is taken.\n"
                "stretch: the aspect is not kept. letterbox: it is, the rest is filled."
            )
        )
        self.mean = line(self.tr("Subtracted: one number, or one for each channel"))
        self.std = line(self.tr("Divides: one number, or one for each channel"))

    def _make_samples(self) -> None:
        self.limit = line(self.tr("So many samples, evenly spaced over all"))
        self.start = line(self.tr("The first sample that is used, counted from 0"))
        self.stop = line(self.tr("The sample after the last that is used"))
        self.stored = line(self.tr("What a sample is in files of numbers alone: float32:3x224x224"))
        self.rate = line(self.tr("Sounds are brought to so many values a second"))
        self.frames = line(self.tr("Sounds are cut into pieces of so many values"))
        self.images = line(self.tr("Name of the array of images in an .npz file"))
        self.labels = line(
            self.tr("Name of the array or column of labels, or a csv file of a folder")
        )
        self.mapping = line(
            self.tr("Array, columns or constant of each input: ids=tokens, x=a,b, mask=1")
        )

    def _make_loops(self) -> None:
        self.loops = line(
            self.tr("The output that feeds each input in the next step: state=stateN, h0=hn")
        )
        self.forced = choice([(self.tr("own states"), GUESS), (self.tr("teacher forced"), FORCED)])
        self.forced.setToolTip(
            self.tr(
                "own states: each network goes on from what it gave itself.\n"
                "teacher forced: each step begins with what the float network or the data gives."
            )
        )
        self.proposal = QPushButton()
        self.proposal.setToolTip(
            self.tr(
                "This input looks like a state that the output feeds back: samples are sequences"
            )
        )
