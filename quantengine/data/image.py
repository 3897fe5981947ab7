"""Decode image files, with guards against files made to exhaust memory."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from quantengine.data.preprocessing import PIXEL_MAX, Pixels
from quantengine.errors import DataError

if TYPE_CHECKING:
    from PIL import Image

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})
MAX_PIXELS = 89_478_485
"""A quarter of a gigabyte at three bytes a pixel, the limit Pillow warns at."""


def decode(path: Path) -> Pixels:
    """The upright image as RGB [H, W, 3] uint8; raises DataError saying why it cannot be read."""
    with _opened(path) as image:
        from PIL import Image, ImageOps

        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I"):
            # Pillow saturates 16-bit pixels at 255 when it converts them itself.
            upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
        return np.asarray(upright.convert("RGB"))


def numbers(path: Path) -> Pixels:
    """The stored numbers [H, W] of an image of one channel or a palette; raises DataError."""
    with _opened(path) as image:
        if image.mode not in ("L", "P", "1", "I;16", "I"):
            raise DataError(
                f"a mask needs one number a pixel, grey or of a palette, not {image.mode} colours"
            )
        found: Pixels = np.minimum(np.asarray(image), PIXEL_MAX).astype(np.uint8)
        return found


def size(path: Path) -> tuple[int, int]:
    """(width, height) of the upright image, read from the header alone."""
    with _opened(path) as image:
        width, height = image.size
        sideways = image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)
        return (height, width) if sideways else (width, height)


_ORIENTATION = 0x0112


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    from PIL import Image, UnidentifiedImageError

    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=("PNG", "JPEG", "BMP", "WEBP")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise DataError(_too_large(f"{image.width}x{image.height} pixels"))
            yield image
    except bombs as error:
        raise DataError(_too_large("too many pixels")) from error
    except UnidentifiedImageError as error:
        raise DataError("not a PNG, JPEG, BMP or WebP image, or its header is damaged") from error
    except MemoryError as error:
        raise DataError("the image does not fit into memory") from error
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError) as error:
        raise DataError(f"the image cannot be decoded ({error})") from error
    except (ArithmeticError, AttributeError, struct.error, zlib.error) as error:
        raise DataError(f"the image is damaged ({error})") from error


def _too_large(found: str) -> str:
    return f"the image header claims {found}, more than the limit of {MAX_PIXELS}"
