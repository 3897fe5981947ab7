"""Drawn data: shapes with boxes and masks, numbers to read, patterns to recognise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SIDE, CELLS = 64, 8
SHAPES, RARE = 3, 4
"""Square, disc, frame; a class of masks beside them that few pixels have."""
PATTERNS, PATTERN_SIDE = 24, 32
TEXT_HIGH, TEXT_WIDE = 16, 96

_DIGITS = (
    *("01110 10001 10011 10101 11001 10001 01110", "00100 01100 00100 00100 00100 00100 01110"),
    *("01110 10001 00001 00110 01000 10000 11111", "11110 00001 00001 01110 00001 00001 11110"),
    *("00010 00110 01010 10010 11111 00010 00010", "11111 10000 11110 00001 00001 10001 01110"),
    *("00110 01000 10000 11110 10001 10001 01110", "11111 00001 00010 00100 01000 01000 01000"),
    *("01110 10001 10001 01110 10001 10001 01110", "01110 10001 10001 01111 00001 00010 01100"),
)


@dataclass(frozen=True)
class Scene:
    """`image` `[3, 64, 64]` in 0..1, `corners` `[k, 4]` of its shapes with their `classes`, and
    the class of each pixel `[64, 64]`, 0 of none.
    """

    image: Floats
    corners: NDArray[np.float64]
    classes: NDArray[np.int64]
    mask: NDArray[np.int64]


def scenes(count: int, seed: int) -> list[Scene]:
    """Pictures of none to four shapes over a gradient, in some of them a few dots."""
    random = np.random.default_rng(seed)
    return [_scene(random) for _ in range(count)]


def _scene(random: np.random.Generator) -> Scene:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    low, slope = random.uniform(0.2, 0.5, 3), random.uniform(-0.2, 0.2, (3, 2))
    image = (
        low[:, None, None] + slope[:, :1, None] * rows / SIDE + slope[:, 1:, None] * columns / SIDE
    )
    mask = np.zeros((SIDE, SIDE), np.int64)
    corners, classes = [], []
    for _ in range(random.integers(0, 5)):
        kind, half = int(random.integers(SHAPES)), int(random.integers(5, 12))
        x, y = random.integers(half, SIDE - half, 2)
        box = [x - half, y - half, x + half, y + half]
        if any(_touch(box, other) for other in corners):
            continue
        away_x, away_y = np.abs(columns + 0.5 - x), np.abs(rows + 0.5 - y)
        filled = np.maximum(away_x, away_y) < half
        inner = {
            0: filled,
            1: np.hypot(away_x, away_y) < half,
            2: filled & (np.maximum(away_x, away_y) > half - 3),
        }[kind]
        image[:, inner] = random.uniform(0.6, 1, 3)[:, None]
        mask[inner] = kind + 1
        corners.append(box)
        classes.append(kind)
    if random.random() < 0.4:
        _dots(random, image, mask)
    image = np.clip(image + random.normal(0, 0.02, image.shape), 0, 1)
    boxes = np.array(corners, np.float64).reshape(-1, 4)
    return Scene(image.astype(np.float32), boxes, np.array(classes, np.int64), mask)


def _dots(random: np.random.Generator, image: NDArray[np.float64], mask: NDArray[np.int64]) -> None:
    """The rare class: dark dots of 3 pixels."""
    for _ in range(3):
        x, y = random.integers(0, SIDE - 3, 2)
        image[:, y : y + 3, x : x + 3] = random.uniform(0, 0.08, 3)[:, None, None]
        mask[y : y + 3, x : x + 3] = RARE


def _touch(a: list[int], b: list[int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def lines(count: int, seed: int) -> tuple[Floats, list[str]]:
    """Pictures `[n, 1, 16, 96]` of four to six digits, and what they say."""
    random = np.random.default_rng(seed)
    glyphs = [
        np.kron([[int(dot) for dot in row] for row in digit.split()], np.ones((2, 2)))
        for digit in _DIGITS
    ]
    pictures, texts = [], []
    for _ in range(count):
        text = "".join(map(str, random.integers(0, 10, random.integers(4, 7))))
        picture = np.full((TEXT_HIGH, TEXT_WIDE), random.uniform(0.6, 1.0))
        x, ink = int(random.integers(1, 6)), random.uniform(0.4, 0.6)
        for digit in text:
            y = int(random.integers(0, 3))
            picture[y : y + 14, x : x + 10] -= ink * glyphs[int(digit)]
            x += 11 + int(random.integers(0, 5))
        picture += random.normal(0, 0.05, picture.shape)
        pictures.append(np.clip(picture, 0, 1)[None])
        texts.append(text)
    return np.stack(pictures).astype(np.float32), texts


def patterns(count: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Pictures `[n, 3, 32, 32]` of one of 24 patterns, moved, noisy and of any brightness."""
    kinds = np.random.default_rng(5).random((PATTERNS, 3, 4, 4))
    random = np.random.default_rng(seed)
    labels = random.integers(0, PATTERNS, count)
    pictures = []
    for label in labels:
        picture = np.kron(kinds[label], np.ones((1, 8, 8)))
        picture = np.roll(picture, random.integers(-6, 7, 2), (1, 2)) * random.uniform(0.5, 1.0)
        pictures.append(picture + random.normal(0, 0.12, picture.shape))
    return np.clip(np.stack(pictures), 0, 1).astype(np.float32), labels
