"""What a person may say about data beyond its path."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from quantengine.errors import DataError
from quantengine.record import Misread, record

Size = int | tuple[int, int]
Layout = Literal["nchw", "nhwc"]
Number = int | float

MOST_PIXELS = 89_478_485
"""Of an image as it is read and as it is resized: a quarter of a gigabyte at three bytes each."""


@dataclass(frozen=True, kw_only=True)
class ImageOptions:
    """How images are prepared; what is left at its default is guessed."""

    preset: str | None = None
    resize: Size | None = None
    crop: Size | None = None
    fit: str | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    bgr: bool = False
    grey: bool = False
    luma: bool = False
    layout: Layout | None = None


@dataclass(frozen=True)
class InputOptions(ImageOptions):
    """How the images of one input are prepared; what is left at its default is guessed.

    `raw` alone: the values of an array pass as they are stored. Raises DataError for `raw` beside
    anything else.
    """

    raw: bool = False

    def __post_init__(self) -> None:
        others = [word for word in self.said if word != "raw"]
        if self.raw and others:
            raise DataError(
                "raw passes values as they are, so {0} cannot be said beside", others[0]
            )

    @property
    def said(self) -> tuple[str, ...]:
        """The names of what is not left to be guessed."""
        return tuple(f.name for f in dataclasses.fields(self) if getattr(self, f.name) != f.default)

    def over(self, other: InputOptions) -> InputOptions:
        """What is said here, and what only `other` says."""
        return replace(other, **{word: getattr(self, word) for word in self.said})


@dataclass(frozen=True)
class DataOptions(ImageOptions):
    """Everything left at its default is guessed from the data and the model, and said aloud.

    `images` and `labels` name arrays of an .npz or columns of a table (`labels` of a folder of
    files: a text file).
    `mapping` gives a model input the key of its array, or a constant. `preset` to `layout` are
    about the first input that takes images, `inputs` about each by its name. `start` and `stop`
    cut the samples, then `limit` takes that many of them, evenly spaced. `stored` is type and
    shape of a sample in raw files (`float32:3x224x224`), `rate` the Hz that sounds are brought to,
    `frames` the length of the pieces they are cut into. `loops` names the output that feeds each
    input that is a state: samples are then sequences. `teacher_forced`: each step begins with what
    the float network or the data gives, whatever a quantized network gave.
    """

    images: str | None = None
    labels: str | None = None
    stored: str | None = None
    rate: int | None = None
    frames: int | None = None
    mapping: Mapping[str, str | Number] = field(default_factory=dict)
    start: int | None = None
    stop: int | None = None
    limit: int | None = None
    inputs: Mapping[str, InputOptions] = field(default_factory=dict)
    loops: Mapping[str, str] = field(default_factory=dict)
    teacher_forced: bool = False

    @property
    def first_image(self) -> InputOptions:
        """What is said about the first input that takes images, without its name."""
        words = dataclasses.fields(ImageOptions)
        return InputOptions(**{word.name: getattr(self, word.name) for word in words})

    def of(self, name: str, *, first: bool) -> InputOptions:
        """What is said about an input; `first`: it is the first that takes images."""
        own = self.inputs.get(name, InputOptions())
        return own.over(self.first_image) if first and not own.raw else own

    def __post_init__(self) -> None:
        for word in ("rate", "frames"):
            number = getattr(self, word)
            if number is not None and number < 1:
                raise DataError("{0} must be at least 1, not {1}", word, number)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` gives equal options back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, stored: object) -> DataOptions:
        """Raises DataError for a part that nobody knows, or of another type."""
        try:
            return record(cls, stored)
        except Misread as error:
            raise DataError("its data settings cannot be read ({0})", error) from error
