"""Where one model input gets its rows from."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantengine.data import image
from quantengine.data.dataset import Array
from quantengine.data.file_rows import FileRows
from quantengine.data.preprocessing import PIXEL_MAX, Pixels, Preprocessing
from quantengine.errors import DataError
from quantengine.files import ordinary

DIGEST_BYTES = 16
_CHUNK = 1 << 20


class Column(ABC):
    """Rows for one input, before they are fitted to it."""

    @abstractmethod
    def row(self, index: int) -> Array:
        """The values of one sample; raises DataError."""

    @abstractmethod
    def digest(self, index: int) -> bytes:
        """Digest of the stored bytes of one sample."""


@dataclass(frozen=True, eq=False)
class ImageFiles(Column):
    """A row is an image file, decoded and preprocessed."""

    folder: Path
    files: tuple[str, ...]
    preprocessing: Preprocessing

    def row(self, index: int) -> Array:
        return prepared(image.decode(self.folder / self.files[index]), self.preprocessing)

    def digest(self, index: int) -> bytes:
        return file_digest(self.folder / self.files[index])


@dataclass(frozen=True, eq=False)
class Rows(Column):
    """A row is a slice of an array along its first axis; `read` gives the array."""

    read: Callable[[], Array | FileRows]

    def row(self, index: int) -> Array:
        return np.asarray(self.read()[index])

    def digest(self, index: int) -> bytes:
        return array_digest(self.read()[index])


@dataclass(frozen=True, eq=False)
class PixelRows(Rows):
    """A row is an image in an array of integers, preprocessed."""

    preprocessing: Preprocessing

    def row(self, index: int) -> Array:
        return prepared(super().row(index), self.preprocessing)


@dataclass(frozen=True, eq=False)
class MaskRows(Rows):
    """A row holds 0 and 1 alone and passes as it is."""

    def row(self, index: int) -> Array:
        return checked_mask(super().row(index))


def prepared(image: Array, preprocessing: Preprocessing) -> Array:
    """An image as the network takes it: float32, or uint8 where nothing is normalised.

    Raises DataError for values that are no pixels.
    """
    found = preprocessing.apply(channels_last(as_pixels(image)))
    return found if preprocessing.normalises else found.astype(np.uint8)


def as_pixels(image: Array) -> Pixels:
    """Integers of any type as uint8; raises DataError where one is none of 0..255."""
    if image.dtype == np.uint8:
        return image
    if image.dtype.kind not in "iu":
        raise DataError("it holds {0} where pixels are expected: store uint8", image.dtype)
    if image.size and not 0 <= int(image.min()) <= int(image.max()) <= PIXEL_MAX:
        raise DataError(
            "it holds values from {0} to {1}, which are no pixels of 0..255",
            image.min(),
            image.max(),
        )
    return image.astype(np.uint8)


def checked_mask(values: Array) -> Array:
    """`values` where they are 0 and 1; raises DataError where one is larger."""
    if values.size and int(values.max()) > 1:
        raise DataError(
            "its mask holds {0} where others hold only 0 and 1: say for that input whether its "
            "values are raw or those of an image",
            values.max(),
        )
    return values


def channels_last(pixels: Pixels) -> Pixels:
    """[H, W], [H, W, C] or [C, H, W] as the first two; C is 1 or 3."""
    if pixels.ndim == 3 and pixels.shape[2] not in (1, 3) and pixels.shape[0] in (1, 3):
        return np.moveaxis(pixels, 0, 2)
    return pixels


def array_digest(array: Array) -> bytes:
    """Digest of type, shape and values.

    SHA-256 because processors have instructions for it: half the time of BLAKE2, which took a
    fifth of what running a small network does.
    """
    found = hashlib.sha256(f"{array.dtype.str}{array.shape}".encode())
    found.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return found.digest()[:DIGEST_BYTES]


def file_digest(path: Path) -> bytes:
    """Digest of a file's bytes; raises DataError where it cannot be read."""
    found = hashlib.blake2b(digest_size=DIGEST_BYTES)
    try:
        with ordinary(path).open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
    except OSError as error:
        raise DataError("{0} cannot be read ({1})", path.name, error.strerror) from error
    return found.digest()
