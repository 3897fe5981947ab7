"""From pixels to numbers: a frozen, storable description and its application to one image."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from quantengine.counted import counted
from quantengine.data.options import MOST_PIXELS, Layout, Size
from quantengine.errors import DataError
from quantengine.record import Misread, record
from quantengine.sentence import Sentence

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

PIXEL_MAX = 255
_EXACT = 1e-4
"""Steps that rounding of mean and std in text explains."""


@dataclass(frozen=True)
class Placement:
    """What was at x lies at x * `scale` - `offset` in a picture of `size`: width, height each."""

    scale: tuple[float, float]
    offset: tuple[int, int]
    size: tuple[int, int]


@dataclass(frozen=True)
class Preprocessing:
    """value = (pixel / scale - mean) / std, after colour, resize and crop, in that order.

    `resize` is the new short side, the aspect kept, or an exact (width, height), of which one may
    be 0: as the aspect gives it. `crop` is the side of the centre square, or its (width, height).
    With `fill` the aspect is kept within an exact `resize`, and what is left around is of that
    value. `mean` and `std` have one value for all channels or one each, in the order the network
    sees them. `grey` reduces colour to ITU-R 601 grey, `luma` to Y of YCbCr; `bgr` swaps red and
    blue.
    """

    preset: str = "raw"
    scale: float = 1.0
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    resize: Size | None = None
    crop: Size | None = None
    bgr: bool = False
    grey: bool = False
    luma: bool = False
    layout: Layout = "nchw"
    fill: int | None = None

    def __post_init__(self) -> None:
        with np.errstate(all="ignore"):
            numbers = np.array((self.scale, *self.mean, *self.std), np.float32)
            divisors = np.array((self.scale, *self.std), np.float32)
        sound = self.mean and self.std and np.all(divisors > 0) and np.all(np.isfinite(numbers))
        if not sound:
            raise DataError(
                "preprocessing needs finite numbers and a scale and std above zero, not scale "
                "{0}, mean {1}, std {2}",
                self.scale,
                self.mean,
                self.std,
            )
        if self.layout not in ("nchw", "nhwc"):
            raise DataError("layout '{0}' is unknown: use nchw or nhwc", self.layout)
        for word, size in (("resize", self.resize), ("crop", self.crop)):
            sides = () if size is None else (size,) if isinstance(size, int) else size
            least = 0 if word == "resize" and any(sides[1:] + sides[:-1]) else 1
            if any(side < least for side in sides) or len(sides) > 2:
                raise DataError(
                    "{0} must be a side or a width and height in pixels, not {1}", word, size
                )
            if sides and max(sides[0], 1) * max(sides[-1], 1) > MOST_PIXELS:
                raise _too_many(word, sides[0], sides[-1])
        if self.fill is not None and (not isinstance(self.resize, tuple) or 0 in self.resize):
            raise DataError("filling around an image needs the width and height to resize to")
        if self.grey and self.luma:
            raise DataError("grey and luma exclude each other: choose one of them")

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` turns back into the same value."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in dataclasses.asdict(self).items()
            if key != "fill" or value is not None  # files of earlier versions know none
        }

    @classmethod
    def from_json(cls, stored: object) -> Preprocessing:
        """The value stored by `to_json`; raises DataError where it is not one."""
        try:
            return record(cls, stored)
        except Misread as error:
            raise DataError("stored preprocessing cannot be read ({0})", error) from error

    def apply(self, image: Pixels) -> Floats:
        """One image [H, W], [H, W, 1] or [H, W, 3], uint8, as [C, H, W] or [H, W, C] float32.

        Raises DataError for other shapes and types and where the crop is larger than the image.
        """
        pixels = self._cropped(self._filled(self._resized(self._coloured(_three_axes(image)))))
        values = self._normalised(pixels)
        if self.layout == "nchw":
            values = np.moveaxis(values, -1, 0)
        return np.ascontiguousarray(values)

    def placement(self, width: int, height: int) -> Placement:
        """Where pixels of an image of that size come to lie."""
        wide, high = self._resized_size(width, height)
        around = self.resize if self.fill is not None else None
        seen = self.crop or around or (wide, high)
        seen = (seen, seen) if isinstance(seen, int) else seen
        left, top = int((wide - seen[0]) / 2), int((high - seen[1]) / 2)  # towards zero
        return Placement((wide / width, high / height), (left, top), seen)

    def byte_grid(self) -> tuple[float, int] | Sentence:
        """(scale, zero point) at which the byte of a pixel is the code of its value, or why none.

        From real = (byte - m) / d with m = mean * scale, d = std * scale: s = 1 / d, z = m
        (methods.md, section 1).
        """
        for word, numbers in (("std", self.std), ("mean", self.mean)):
            if len(set(numbers)) != 1:
                return Sentence("{0} differs from channel to channel ({1})", word, _listed(numbers))
        middle = self.mean[0] * self.scale
        zero_point = round(middle)
        if not 0 <= zero_point <= PIXEL_MAX:
            return Sentence("zero is the pixel {0}, which no byte is", f"{middle:g}")
        if abs(middle - zero_point) > _EXACT:
            off = f"{abs(middle - zero_point):.2g}"
            return Sentence("zero lies between two pixels ({0}): {1} steps off", middle, off)
        return 1.0 / (self.std[0] * self.scale), zero_point

    @property
    def reach(self) -> tuple[float, float]:
        """The least and the largest value that pixels become, over all channels."""
        ends = np.array([[0.0], [PIXEL_MAX / self.scale]])
        values = (ends - np.array(self.mean)) / np.array(self.std)
        return float(values.min()), float(values.max())

    @property
    def values(self) -> dict[str, Any]:
        """The part that makes numbers of pixels: preset, scale, mean and std."""
        return {"preset": self.preset, "scale": self.scale, "mean": self.mean, "std": self.std}

    @property
    def normalises(self) -> bool:
        """Whether values become something else than the pixels."""
        return self.scale != 1 or any(self.mean) or any(value != 1 for value in self.std)

    @property
    def formula(self) -> str:
        """The arithmetic in words, such as `(pixel/255 - 0.5)/0.25`."""
        text = "pixel" if self.scale == 1 else f"pixel/{self.scale:g}"
        if any(self.mean):
            text = f"{text} - {_listed(self.mean)}"
        if any(value != 1 for value in self.std):
            text = f"({text})/{_listed(self.std)}"
        return text

    def _coloured(self, image: Pixels) -> Pixels:
        if image.shape[2] == 1 or not (self.grey or self.luma or self.bgr):
            return image
        if self.bgr and not (self.grey or self.luma):
            return image[:, :, ::-1]
        from PIL import Image

        mode = "L" if self.grey else "YCbCr"
        converted = np.asarray(Image.fromarray(image).convert(mode))
        return cast(Pixels, converted if self.grey else converted[:, :, 0])[:, :, np.newaxis]

    def _resized(self, image: Pixels) -> Pixels:
        height, width = image.shape[:2]
        size = self._resized_size(width, height)
        if size == (width, height):
            return image
        if size[0] * size[1] > MOST_PIXELS:
            raise _too_many("resize", *size)
        from PIL import Image

        plain = image[:, :, 0] if image.shape[2] == 1 else np.ascontiguousarray(image)
        resized = Image.fromarray(plain).resize(size, Image.Resampling.BILINEAR)
        return _three_axes(np.asarray(resized))

    def _resized_size(self, width: int, height: int) -> tuple[int, int]:
        if self.resize is None:
            return width, height
        if not isinstance(self.resize, int):
            if self.fill is not None:
                return _within(self.resize, width, height)
            wide, high = self.resize
            by_aspect = round(width * high / height), round(height * wide / width)
            return wide or max(1, by_aspect[0]), high or max(1, by_aspect[1])
        short = min(width, height)
        return (max(1, self.resize * width // short), max(1, self.resize * height // short))

    def _filled(self, image: Pixels) -> Pixels:
        if self.fill is None or not isinstance(self.resize, tuple):
            return image
        (wide, high), (height, width) = self.resize, image.shape[:2]
        top, left = (high - height) // 2, (wide - width) // 2
        around = ((top, high - height - top), (left, wide - width - left), (0, 0))
        return np.pad(image, around, constant_values=self.fill)

    def _cropped(self, image: Pixels) -> Pixels:
        if self.crop is None:
            return image
        wide, high = (self.crop, self.crop) if isinstance(self.crop, int) else self.crop
        height, width = image.shape[:2]
        if width < wide or height < high:
            raise DataError(
                "the image is {0}x{1}, smaller than the crop {2}x{3}: resize it to {4} or more "
                "first",
                width,
                height,
                wide,
                high,
                min(wide, high),
            )
        top, left = (height - high) // 2, (width - wide) // 2
        return image[top : top + high, left : left + wide]

    def _normalised(self, pixels: Pixels) -> Floats:
        channels = pixels.shape[2]
        for word, numbers in (("mean", self.mean), ("std", self.std)):
            if len(numbers) not in (1, channels):
                raise DataError(
                    "{0} has {1} values but the image has {2}: give one value, or one a channel",
                    word,
                    len(numbers),
                    counted(channels, "channel"),
                )
        values = pixels.astype(np.float32)
        if self.scale != 1:
            values /= np.float32(self.scale)
        if any(self.mean):
            values -= np.array(self.mean, np.float32)
        if any(value != 1 for value in self.std):
            values /= np.array(self.std, np.float32)
        return values


PRESETS: Mapping[str, Preprocessing] = MappingProxyType(
    {
        "imagenet": Preprocessing(
            "imagenet", float(PIXEL_MAX), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
        ),
        "tf": Preprocessing("tf", PIXEL_MAX / 2, (1.0,)),
        "unit": Preprocessing("unit", float(PIXEL_MAX)),
        "raw": Preprocessing("raw"),
    }
)


def same_preparation(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> bool:
    """Whether two descriptions as `Dataset.describe` tells them are of the same preprocessing.

    Files of earlier versions tell that of the one image input without its name.
    """
    ours, theirs = _by_input(a), _by_input(b)
    if "" in ours or "" in theirs:
        return list(ours.values()) == list(theirs.values())
    return ours == theirs


def byte_grids(stored: Mapping[str, Any] | None) -> dict[str, tuple[float, int] | Sentence]:
    """`byte_grid` of each input whose preparation a table or `Dataset.describe` tells."""
    return {
        name: Preprocessing.from_json(part).byte_grid() for name, part in _by_input(stored).items()
    }


def prepared_ends(stored: Mapping[str, Any] | None) -> dict[str, tuple[float, float]]:
    """`reach` of each input whose preparation a table or `Dataset.describe` tells."""
    return {name: Preprocessing.from_json(part).reach for name, part in _by_input(stored).items()}


def _by_input(stored: Mapping[str, Any] | None) -> Mapping[str, Any]:
    nameless = bool(stored) and not all(isinstance(part, dict) for part in (stored or {}).values())
    return {"": stored} if nameless else stored or {}


def _three_axes(image: Pixels) -> Pixels:
    if image.dtype != np.uint8:
        raise DataError("an image must be uint8, found {0}", image.dtype)
    axes = image[:, :, np.newaxis] if image.ndim == 2 else image
    if axes.ndim != 3 or axes.shape[2] not in (1, 3) or 0 in axes.shape:
        raise DataError("an image must be [H, W], [H, W, 1] or [H, W, 3], found {0}", image.shape)
    return axes


def _too_many(word: str, wide: int, high: int) -> DataError:
    return DataError(
        "{0} asks for {1}x{2} pixels, more than the limit of {3}", word, wide, high, MOST_PIXELS
    )


def _within(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """The largest (width, height) of that aspect in `size`."""
    scale = min(size[0] / width, size[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _listed(numbers: tuple[float, ...]) -> str:
    same = len(set(numbers)) == 1
    return f"{numbers[0]:g}" if same else f"[{', '.join(f'{n:g}' for n in numbers)}]"
