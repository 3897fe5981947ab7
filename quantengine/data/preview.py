"""A prepared sample back as a picture or a curve, for people to see what the network gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.dataset import Array
from quantengine.data.preprocessing import PIXEL_MAX, Pixels, Preprocessing

Floats = NDArray[np.float64]

_SHORTEST = 32
"""Fewer numbers in a row are no curve."""


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


def outline(feeds: Mapping[str, Array], columns: int) -> Floats | None:
    """`[columns, 2]`: low and high of each part of the first feed that is one row of numbers.

    As shares of the largest magnitude, -1 to 1. None where no feed is a sound or another row.
    """
    row = next((row for values in feeds.values() if (row := _row(values)) is not None), None)
    if row is None:
        return None
    edges = np.linspace(0, len(row), min(columns, len(row)) + 1).astype(int)[:-1]
    pairs = np.stack([np.minimum.reduceat(row, edges), np.maximum.reduceat(row, edges)], axis=1)
    most = float(np.abs(row).max())
    return np.asarray(pairs / (most or 1.0), np.float64)


def _row(values: Array) -> NDArray[Any] | None:
    """The numbers of `[T]`, `[1, T]`, `[1, 1 or 2, T]` or `[1, T, 1]`, of the first channel."""
    shape = values.shape[:-1] if values.shape[-1:] == (1,) else values.shape
    if values.dtype.kind != "f" or not 1 <= len(shape) <= 3:
        return None
    if shape[-1] < _SHORTEST or any(
        side > most for side, most in zip(shape[:-1], (1, 2), strict=False)
    ):
        return None
    row = values.reshape(-1, shape[-1])[0]
    return np.where(np.isfinite(row), row, 0)


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
