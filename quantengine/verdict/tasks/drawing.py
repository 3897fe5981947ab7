"""What a network says of a picture, drawn into it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

COLOURS = np.array(
    [
        [240, 140, 30],
        [40, 160, 230],
        [110, 200, 70],
        [220, 70, 150],
        [240, 220, 60],
        [150, 100, 230],
    ],
    np.uint8,
)
"""Of classes, in turn."""
_LEAST_SIDE = 160
_COVER = 0.55


def coloured(picture: Pixels) -> Pixels:
    """`[H, W, 3]` of a picture `[H, W, 1 or 3]`, enlarged by a whole number where it is small."""
    times = max(1, _LEAST_SIDE // max(picture.shape[:2]))
    wide = np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture
    return np.ascontiguousarray(wide.repeat(times, axis=0).repeat(times, axis=1))


def with_boxes(picture: Pixels, corners: NDArray[np.float64], classes: NDArray[np.int64]) -> Pixels:
    """Outlines of boxes `[k, 4]`, in shares of the picture; what lies outside is cut."""
    drawn = coloured(picture)
    high, wide = drawn.shape[:2]
    line = max(1, min(high, wide) // 120)
    for box, label in zip(corners, classes, strict=True):
        left, right = np.clip((box[[0, 2]] * wide).astype(int), 0, wide - 1)
        top, bottom = np.clip((box[[1, 3]] * high).astype(int), 0, high - 1)
        colour = COLOURS[int(label) % len(COLOURS)]
        for rows, columns in (
            (slice(top, top + line), slice(left, right + 1)),
            (slice(bottom, bottom + line), slice(left, right + 1)),
            (slice(top, bottom + 1), slice(left, left + line)),
            (slice(top, bottom + 1), slice(right, right + line)),
        ):
            drawn[rows, columns] = colour
    return drawn


def with_classes(picture: Pixels, classes: NDArray[np.int64]) -> Pixels:
    """Classes `[H, W]` of any size laid over a picture; class 0 stays as it is."""
    drawn = coloured(picture)
    places = ((np.arange(n) * m // n) for n, m in zip(drawn.shape[:2], classes.shape, strict=True))
    rows, columns = places
    wide = classes[rows[:, None], columns]
    over = COLOURS[(wide - 1) % len(COLOURS)]
    mixed = (_COVER * over + (1 - _COVER) * drawn).astype(np.uint8)
    return np.where((wide > 0)[..., None], mixed, drawn)


def as_picture(values: NDArray[Any], peak: float) -> Pixels | None:
    """An output `[1, 1 or 3, H, W]` as a picture, `peak` as white; None of any other shape."""
    if values.ndim != 4 or values.shape[1] not in (1, 3) or min(values.shape[2:]) < 2:
        return None
    first = np.moveaxis(values[0], 0, -1).astype(np.float64)
    low = 0.0 if peak == 1 else float(np.nanmin(first))
    pixels = np.nan_to_num((first - low) / (peak or 1) * 255)
    return coloured(np.clip(pixels, 0, 255).astype(np.uint8))
