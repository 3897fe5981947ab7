"""How an image comes to the size that a network takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from quantengine.data.input import Input
from quantengine.data.options import InputOptions, Size
from quantengine.data.preprocessing import PIXEL_MAX
from quantengine.errors import DataError
from quantengine.sentence import Sentence

Word = Literal["crop", "stretch", "letterbox"]
_SMALLEST_WITH_MARGIN = 160
"""Networks on smaller images (32, 64, 96) are trained without a margin to crop away."""

_MARGIN = 256 / 224
_FILL = 114
"""The grey that detectors of the YOLO family are trained with."""


@dataclass(frozen=True)
class Fit:
    """crop: the aspect kept, the centre taken. stretch: every side as it is asked for.

    letterbox: the aspect kept, the rest filled with `fill`.
    """

    word: Word
    fill: int = _FILL


def fit_of(text: str) -> Fit:
    """What `crop`, `stretch`, `letterbox` or `letterbox:114` means; raises DataError."""
    word, separator, fill = text.strip().partition(":")
    if word in ("crop", "stretch") and not separator:
        return Fit("crop" if word == "crop" else "stretch")
    if word == "letterbox" and not separator:
        return Fit("letterbox")
    if word == "letterbox" and fill.isascii() and fill.isdigit() and int(fill) <= PIXEL_MAX:
        return Fit("letterbox", int(fill))
    raise DataError(
        "fit '{0}' is unknown: use crop, stretch or letterbox:{1}, with the pixel value 0..{2} of "
        "what is filled",
        text,
        _FILL,
        PIXEL_MAX,
    )


def fitted_sizes(
    fit: Fit, spec: Input, wanted: tuple[int, int] | None, options: InputOptions
) -> tuple[Size | None, Size | None, int | None]:
    """Resize, crop and what is filled around, as it is said.

    Raises DataError where the size is not known or the crop contradicts it.
    """
    said = options.resize
    box = (said, said) if isinstance(said, int) else said or wanted
    if box is None or 0 in box:
        raise DataError("input {0} takes images of any size: say resize too, as 640x640", spec)
    if fit.word != "crop":
        if options.crop is not None:
            raise DataError(
                "fit {0} keeps the whole image, so crop cannot be said beside", fit.word
            )
        return box, None, fit.fill if fit.word == "letterbox" else None
    crop = options.crop or wanted or box
    return said or _short_side(box), crop, None


def _short_side(box: tuple[int, int]) -> int:
    """That of the image whose centre is taken: with a margin around, large enough for any."""
    side = max(box)
    return round(side * _MARGIN) if side >= _SMALLEST_WITH_MARGIN else side


def guessed_sizes(
    spec: Input,
    wanted: tuple[int, int] | None,
    options: InputOptions,
    found: tuple[int, int] | None,
) -> tuple[Size | None, Size | None, tuple[str, ...]]:
    """Resize and crop where nothing is said of how images fit, and what was guessed.

    `wanted`, `found`: (width, height) of the input, None where it takes any and 0 for a side that
    is open, and of an image.
    """
    if options.crop is not None:
        return options.resize, options.crop, ()
    if isinstance(options.resize, tuple):
        return options.resize, None, ()
    if wanted is None:
        if options.resize is not None:
            return options.resize, None, ()
        return None, None, (Sentence("Images keep their size (input {0} takes any).", spec),)
    if 0 in wanted:
        return _one_side(spec, wanted, options)
    text = f"{wanted[0]}x{wanted[1]}"
    if options.resize is not None:
        return (
            options.resize,
            wanted,
            (Sentence("Images are cropped to {0} (guessed from input {1}).", text, spec),),
        )
    if wanted[0] != wanted[1]:
        return (
            wanted,
            None,
            (
                Sentence(
                    "Images are resized to {0}, aspect not kept (guessed from input {1}).",
                    text,
                    spec,
                ),
            ),
        )
    short = wanted[0]
    if found != wanted and short >= _SMALLEST_WITH_MARGIN:
        short = round(short * _MARGIN)
    note = Sentence(
        "Images are resized to short side {0} and cropped to {1} (guessed from input {2}).",
        short,
        text,
        spec,
    )
    return short, wanted[0], () if found == wanted else (note,)


def _one_side(
    spec: Input, wanted: tuple[int, int], options: InputOptions
) -> tuple[Size | None, Size | None, tuple[str, ...]]:
    """Such as lines of text: all of one height, as wide as they are."""
    if options.resize is not None:
        return options.resize, None, ()
    wide, high = wanted
    if high:
        note = Sentence(
            "Images are resized to height {0}, aspect kept (guessed from input {1}).", high, spec
        )
    else:
        note = Sentence(
            "Images are resized to width {0}, aspect kept (guessed from input {1}).", wide, spec
        )
    return wanted, None, (note,)
