"""Draws the demo's images: ten shapes at random places, sizes, turns and colours, with noise."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]
Inside = NDArray[np.bool_]

SIDE = 32
_SUPERSAMPLING = 3
# Sixteen levels a colour, so that a few hundred noisy images fit into the package.
_LEVEL = 17


def _disc(x: Plane, y: Plane) -> Inside:
    return np.hypot(x, y) < 0.9


def _ring(x: Plane, y: Plane) -> Inside:
    radius = np.hypot(x, y)
    return (radius < 0.95) & (radius > 0.5)


def _crescent(x: Plane, y: Plane) -> Inside:
    return (np.hypot(x, y) < 0.95) & (np.hypot(x - 0.45, y) > 0.75)


def _square(x: Plane, y: Plane) -> Inside:
    return np.maximum(np.abs(x), np.abs(y)) < 0.78


def _frame(x: Plane, y: Plane) -> Inside:
    edge = np.maximum(np.abs(x), np.abs(y))
    return (edge < 0.82) & (edge > 0.42)


def _triangle(x: Plane, y: Plane) -> Inside:
    return (y > -0.55) & (math.sqrt(3) * np.abs(x) + y < 1.1)


def _pentagon(x: Plane, y: Plane) -> Inside:
    sector = 2 * np.pi / 5
    turn = np.mod(np.arctan2(x, y), sector) - sector / 2
    return np.hypot(x, y) * np.cos(turn) < 0.8


def _star(x: Plane, y: Plane) -> Inside:
    wave: Plane = np.cos(5 * np.arctan2(x, y))
    return np.hypot(x, y) < 0.72 + 0.3 * wave


def _plus(x: Plane, y: Plane) -> Inside:
    return (np.minimum(np.abs(x), np.abs(y)) < 0.28) & (np.maximum(np.abs(x), np.abs(y)) < 0.95)


def _bars(x: Plane, y: Plane) -> Inside:
    return (np.abs(np.abs(x) - 0.55) < 0.26) & (np.abs(y) < 0.85)


SHAPES: dict[str, Callable[[Plane, Plane], Inside]] = {
    "disc": _disc,
    "ring": _ring,
    "crescent": _crescent,
    "square": _square,
    "frame": _frame,
    "triangle": _triangle,
    "pentagon": _pentagon,
    "star": _star,
    "plus": _plus,
    "bars": _bars,
}
CLASS_NAMES = tuple(SHAPES)


def draw(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """`count` RGB images [count, 32, 32, 3] and their labels [count], classes evenly spread."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(count, dtype=np.int64) % len(CLASS_NAMES))
    images = np.stack([_image(CLASS_NAMES[label], random) for label in labels])
    return images, labels


def _image(name: str, random: np.random.Generator) -> NDArray[np.uint8]:
    background = _gradient(random)
    ink = _ink(background.mean(axis=(0, 1)), random)
    cover = _cover(name, random)[..., None]
    noise = random.normal(0, random.uniform(4, 24), (SIDE, SIDE, 1))
    colours = background * (1 - cover) + ink * cover + noise
    return (np.clip(np.rint(colours / _LEVEL), 0, 255 // _LEVEL) * _LEVEL).astype(np.uint8)


def _gradient(random: np.random.Generator) -> Plane:
    """A background [32, 32, 3] that goes from one colour to a near one."""
    start = random.uniform(30, 225, 3)
    slope = random.uniform(-25, 25, (2, 3))
    ramp = np.linspace(-1, 1, SIDE)
    return np.asarray(start + ramp[:, None, None] * slope[0] + ramp[None, :, None] * slope[1])


def _ink(background: Plane, random: np.random.Generator) -> Plane:
    """A colour [3] at a random distance from the background; near ones make the hard images."""
    direction = np.where(background > 127.5, -1, 1) * random.uniform(0.1, 1, 3)
    direction /= np.linalg.norm(direction)
    return np.asarray(background + direction * random.uniform(30, 140))


def _cover(name: str, random: np.random.Generator) -> Plane:
    """Share of each pixel [32, 32] that the shape covers."""
    radius = random.uniform(4.5, 11)
    centre = random.uniform(radius, SIDE - radius, 2)
    angle = random.uniform(-0.5, 0.5)
    points = (np.arange(SIDE * _SUPERSAMPLING) + 0.5) / _SUPERSAMPLING
    down, right = (points[:, None] - centre[0]) / radius, (points[None, :] - centre[1]) / radius
    x = np.cos(angle) * right - np.sin(angle) * down
    y = -(np.sin(angle) * right + np.cos(angle) * down)
    cells = (SIDE, _SUPERSAMPLING, SIDE, _SUPERSAMPLING)
    return np.asarray(SHAPES[name](x, y).reshape(cells).mean(axis=(1, 3)))
