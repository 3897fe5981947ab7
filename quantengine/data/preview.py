"""A prepared sample back as a picture, for people to see what the network gets."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from quantengine.data.dataset import Array
from quantengine.data.preprocessing import PIXEL_MAX, Pixels, Preprocessing


def preview(feeds: Mapping[str, Array], used: Mapping[str, Preprocessing]) -> Pixels | None:
    """[H, W, 1 or 3] uint8 of the first prepared feed, else of the first that looks like an image.

    The preprocessing is undone; without one the values are stretched from their own range. BGR
    stays as the network sees it. None where there is no image.
    """
    for name in (*(name for name in used if name in feeds), *feeds):
        image = _image(feeds[name], used.get(name))
        if image is not None:
            return image
    return None


def _image(values: Array, used: Preprocessing | None) -> Pixels | None:
    if values.ndim not in (3, 4) or values.dtype.kind not in "fui" or not values.size:
        return None
    first = values[0] if values.ndim == 4 else values
    is_last = used.layout == "nhwc" if used is not None else first.shape[-1] in (1, 3)
    image = first if is_last else np.moveaxis(first, 0, -1)
    if image.shape[-1] not in (1, 3) or min(image.shape[:2]) < 2:
        return None
    pixels = image.astype(np.float32)
    if used is not None:
        mean, std = np.array(used.mean, np.float32), np.array(used.std, np.float32)
        pixels = (pixels * std + mean) * np.float32(used.scale)
    else:
        low, high = float(pixels.min()), float(pixels.max())
        pixels = (pixels - low) * (PIXEL_MAX / (high - low or 1.0))
    return np.ascontiguousarray(np.clip(pixels.round(), 0, PIXEL_MAX).astype(np.uint8))
