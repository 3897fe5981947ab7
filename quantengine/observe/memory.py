"""How much memory observing takes, and how to stay within a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from numpy.typing import NDArray

from quantengine.graph.model import Dimension, FloatModel
from quantengine.observe.tap import Tap

DEFAULT_BYTES = 2 << 30

_FLOAT_BYTES = 4
_TABLE_BYTES = 400 << 10
"""Counters, histogram and channel sums of one tensor in one worker, measured on mobilenetv2."""


def tap_bytes(
    model: FloatModel, taps: Sequence[Tap], feeds: Mapping[str, NDArray[Any]]
) -> list[int]:
    """About how many bytes each tap holds per worker while a sample like `feeds` is observed.

    Dimensions get the sizes that the feeds give to names; one still unknown counts as the largest
    size of a feed.
    """
    sizes: dict[Dimension, int] = {}
    for name, array in feeds.items():
        shape = model.inputs[name].shape if name in model.inputs else None
        sizes.update(zip(shape or (), array.shape, strict=False))
    largest = max((size for array in feeds.values() for size in array.shape), default=1)

    def size(dimension: Dimension) -> int:
        known = dimension if isinstance(dimension, int) else sizes.get(dimension, largest)
        return max(known, 1)

    shapes = (model.types[tap.tensor].shape if tap.tensor in model.types else None for tap in taps)
    return [_TABLE_BYTES + _FLOAT_BYTES * prod(map(size, shape or ())) for shape in shapes]


def split_taps(taps: Sequence[Tap], sizes: Sequence[int], budget: int) -> list[list[Tap]]:
    """Taps in the given order in as few groups as fit the budget; one too big stands alone."""
    groups: list[list[Tap]] = []
    room = 0
    for tap, size in zip(taps, sizes, strict=True):
        if not groups or size > room:
            groups.append([])
            room = budget
        groups[-1].append(tap)
        room -= size
    return groups
