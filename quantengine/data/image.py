"""Decode image files, with guards against files made to exhaust memory."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from quantengine.data.dataset import Array
from quantengine.data.options import MOST_PIXELS
from quantengine.data.preprocessing import PIXEL_MAX, Pixels
from quantengine.errors import DataError
from quantengine.files import no_file
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "TIFF", "GIF", "AVIF", "HEIF")
_HEIC = (".heic", ".heif")
_DEEP = 65_535


def decode(path: Path) -> Pixels:
    """The upright image as RGB [H, W, 3] uint8; raises DataError saying why it cannot be read."""
    with _opened(path) as image:
        from PIL import Image, ImageOps

        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I"):
            upright = Image.fromarray(_of_deep(np.asarray(upright)))
        if upright.mode == "F":
            raise DataError("it holds floats, and no pixel says which is white: save it as .npy")
        return np.asarray(upright.convert("RGB"))


def pictures(path: Path) -> int:
    """How many pictures the file holds, of which the first is read; raises DataError."""
    with _opened(path) as image:
        return getattr(image, "n_frames", 1)


def _of_deep(values: Array) -> Pixels:
    """16-bit pixels, which Pillow saturates at 255 when it converts them itself."""
    if values.size and not 0 <= int(values.min()) <= int(values.max()) <= _DEEP:
        raise DataError(
            "it holds values from {0} to {1}, which are no pixels: save it as .npy",
            values.min(),
            values.max(),
        )
    return (values >> 8).astype(np.uint8)


def numbers(path: Path) -> Pixels:
    """The stored numbers [H, W] of an image of one channel or a palette; raises DataError."""
    with _opened(path) as image:
        if image.mode not in ("L", "P", "1", "I;16", "I"):
            raise DataError(
                "a mask needs one number a pixel, grey or of a palette, not {0} colours", image.mode
            )
        found: Pixels = np.minimum(np.asarray(image), PIXEL_MAX).astype(np.uint8)
        return found


def size(path: Path) -> tuple[int, int]:
    """(width, height) of the upright image, read from the header alone where that tells it."""
    with _opened(path) as image:
        if image.format == "TIFF":  # versions of Pillow turn these at different times
            from PIL import ImageOps

            return ImageOps.exif_transpose(image).size
        width, height = image.size
        sideways = image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)
        return (height, width) if sideways else (width, height)


_ORIENTATION = 0x0112


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    from PIL import Image, UnidentifiedImageError

    if (why := no_file(path)) is not None:
        raise DataError("the image cannot be read ({0})", why)
    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=_formats()) as image:
            if image.width * image.height > MOST_PIXELS:
                raise _too_large(Sentence("{0}x{1} pixels", image.width, image.height))
            yield image
    except bombs as error:
        raise _too_large(Sentence("too many pixels")) from error
    except UnidentifiedImageError as error:
        if path.suffix.lower() in _HEIC and "HEIF" not in _formats():
            raise DataError(
                "HEIC pictures need Pillow's plug-in (pip install pillow-heif), or to be saved as "
                "PNG"
            ) from error
        raise DataError(
            "not a PNG, JPEG, BMP, WebP, TIFF or GIF image, or its header is damaged"
        ) from error
    except MemoryError as error:
        raise DataError("the image does not fit into memory") from error
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError) as error:
        raise DataError("the image cannot be decoded ({0})", error) from error
    except (ArithmeticError, AttributeError, UserWarning, struct.error, zlib.error) as error:
        raise DataError("the image is damaged ({0})", error) from error


@cache
def _formats() -> tuple[str, ...]:
    """Those that Pillow reads here, without a word on what is odd in a header."""
    from PIL import Image

    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")
    with suppress(ImportError):
        import_module("pillow_heif").register_heif_opener()
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _too_large(found: Sentence) -> DataError:
    return DataError("the image header claims {0}, more than the limit of {1}", found, MOST_PIXELS)
