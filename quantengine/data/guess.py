"""Guess the preprocessing that an image input wants, and say each guess in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quantengine.data.dataset import Dimension
from quantengine.data.fit_to_size import fit_of, fitted_sizes, guessed_sizes
from quantengine.data.input import Input
from quantengine.data.options import InputOptions, Layout
from quantengine.data.preprocessing import PRESETS, Preprocessing
from quantengine.errors import DataError
from quantengine.sentence import Sentence


@dataclass(frozen=True)
class ImageInput:
    """What an input's shape says about the images it takes; None is open."""

    layout: Layout
    channels: int | None
    width: int | None
    height: int | None

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) where both are fixed."""
        return None if self.width is None or self.height is None else (self.width, self.height)

    @property
    def side(self) -> tuple[int, int] | None:
        """(width, height) where one is fixed, the other 0."""
        found = (self.width or 0, self.height or 0)
        return found if bool(found[0]) != bool(found[1]) else None


def image_input(spec: Input, layout: Layout | None = None) -> ImageInput | None:
    """The input read as [N, C, H, W], [N, H, W, C] or one without N, or None if it is no image."""
    if spec.shape is None:
        return ImageInput(layout or "nchw", None, None, None)
    if len(spec.shape) not in (3, 4) or spec.dtype.kind not in "fui":
        return None
    sides = spec.shape[-3:]
    chosen = layout or _layout(sides)
    if chosen is None or (len(spec.shape) == 3 and not isinstance(sides[_axis(chosen)], int)):
        return None
    channels = sides[_axis(chosen)]
    high, wide = sides[1:] if chosen == "nchw" else sides[:2]
    if isinstance(channels, int) and channels not in (1, 3):
        return None
    return ImageInput(chosen, _number(channels), _number(wide), _number(high))


def preprocessing(
    spec: Input,
    options: InputOptions,
    found: tuple[int, ...] | None,
    like: Preprocessing | None = None,
) -> tuple[Preprocessing, tuple[str, ...]]:
    """Preprocessing for images of which one is stored in the shape `found`, and the guesses made.

    `like` is that of an image beside, whose values are taken for a guess. Raises DataError where
    the input takes no images or the options contradict it or each other.
    """
    target = image_input(spec, options.layout)
    if target is None:
        raise DataError(
            "input {0} takes no images with 1 or 3 channels: give its values as .npy or .npz", spec
        )
    channels = target.channels or (None if found is None else channel_count(found))
    values, value_notes = _values(spec, channels, options, like)
    stored = None if found is None else _size(found)
    fill, size_notes = None, tuple[str, ...]()
    if options.fit is None:
        resize, crop, size_notes = guessed_sizes(spec, target.size or target.side, options, stored)
    else:
        resize, crop, fill = fitted_sizes(fit_of(options.fit), spec, target.size, options)
    coloured = found is None or (len(found) == 3 and 1 not in (found[0], found[2]))
    luma = options.luma or (target.channels == 1 and coloured and not options.grey)
    chosen = replace(
        values,
        resize=resize,
        crop=crop,
        bgr=options.bgr or (like is not None and like.bgr and not options.said),
        grey=options.grey,
        luma=luma,
        layout=target.layout,
        fill=fill,
    )
    notes = [*size_notes, *value_notes]
    if luma and not options.luma:
        notes.append(
            Sentence(
                "Colour is reduced to luma, Y of YCbCr (guessed from the one channel of input "
                "{0}).",
                spec,
            )
        )
    if options.layout is None and target.layout == "nhwc":
        last = Sentence("Images are given channels last, NHWC (guessed from input {0}).", spec)
        notes.append(last)
    return chosen, tuple(notes)


def _values(
    spec: Input, channels: int | None, options: InputOptions, like: Preprocessing | None
) -> tuple[Preprocessing, tuple[str, ...]]:
    chosen, notes = _chosen_values(spec, channels, options, like)
    if spec.dtype.kind != "f" and chosen.normalises:
        raise DataError(
            "input {0} takes {1}, which cannot hold {2}: say preset raw for it, or no preset, "
            "mean and std",
            spec,
            spec.dtype,
            chosen.formula,
        )
    return chosen, notes


def _chosen_values(
    spec: Input, channels: int | None, options: InputOptions, like: Preprocessing | None
) -> tuple[Preprocessing, tuple[str, ...]]:
    if options.raw:
        return PRESETS["raw"], ()
    if options.preset is not None:
        if options.preset not in PRESETS:
            raise DataError("preset '{0}' is unknown: use {1}", options.preset, ", ".join(PRESETS))
        return _overridden(PRESETS[options.preset], options), ()
    if options.mean is not None or options.std is not None:
        numbers = [abs(n) for n in (*(options.mean or ()), *(options.std or ()))]
        plain = PRESETS["raw" if max(numbers, default=0) > 1 else "unit"]
        chosen = _overridden(plain, options)
        most = 255 if plain.scale == 1 else 1
        note = Sentence(
            "Values become {0}: mean and std are read as pixels of 0..{1}.", chosen.formula, most
        )
        return chosen, (note,)
    if spec.dtype.kind != "f":
        return PRESETS["raw"], (
            Sentence("Pixels pass as they are, since input {0} takes {1}.", spec, spec.dtype),
        )
    if like is not None and len(like.mean) in (1, channels) and len(like.std) in (1, channels):
        note = Sentence("Values become {0}, as for the image beside it: a guess.", like.formula)
        return replace(PRESETS["raw"], **like.values), (note,)
    # ImageNet statistics span wider than the other presets: a wrong guess costs resolution but
    # does not clip, whereas ranges observed on too narrow inputs would.
    chosen = PRESETS["unit" if channels == 1 else "imagenet"]
    note = Sentence(
        "Values become {0}, preset '{1}': a guess, the model does not say; choose another preset "
        "(imagenet, tf, unit or raw), or set mean and std.",
        chosen.formula,
        chosen.preset,
    )
    return chosen, (note,)


def _overridden(start: Preprocessing, options: InputOptions) -> Preprocessing:
    if options.mean is None and options.std is None:
        return start
    mean = start.mean if options.mean is None else tuple(map(float, options.mean))
    std = start.std if options.std is None else tuple(map(float, options.std))
    return replace(start, preset="custom", mean=mean, std=std)


def _layout(sides: tuple[Dimension, ...]) -> Layout | None:
    if sides[0] in (1, 3):
        return "nchw"
    if sides[2] in (1, 3):
        return "nhwc"
    return None if any(isinstance(side, int) for side in (sides[0], sides[2])) else "nchw"


def _axis(layout: Layout) -> int:
    return 0 if layout == "nchw" else 2


def _number(side: Dimension) -> int | None:
    return side if isinstance(side, int) else None


def holds_pixels(dtype: np.dtype[Any], row: tuple[int, ...], spec: Input) -> bool:
    """Whether a row of this type and shape is an image that the input takes after preprocessing."""
    return dtype == np.uint8 and image_shaped(row, spec)


def image_shaped(row: tuple[int, ...], spec: Input) -> bool:
    """Whether a row of this shape can be an image of 1 or 3 channels for the input."""
    if image_input(spec) is None:
        return False
    if len(row) == 2:
        return spec.shape is None or len(spec.shape) == 4
    return len(row) == 3 and (row[2] in (1, 3) or row[0] in (1, 3))


def channel_count(row: tuple[int, ...]) -> int:
    """Channels of an image stored as [H, W], [H, W, C] or [C, H, W]."""
    if len(row) == 2:
        return 1
    return row[2] if row[2] in (1, 3) else row[0]


def _size(row: tuple[int, ...]) -> tuple[int, int]:
    first = len(row) == 3 and row[2] not in (1, 3)
    return (row[2], row[1]) if first else (row[1], row[0])


def image_row(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape without a batch axis of one, where it has one."""
    return shape[1:] if len(shape) == 4 and shape[0] == 1 else shape
