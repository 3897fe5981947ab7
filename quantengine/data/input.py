"""What feeds a network, and how samples stand side by side in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from quantengine.data.dataset import Array, Dimension, shape_text

Feeds = Mapping[str, Array]
Shapes = tuple[tuple[str, tuple[int, ...]], ...]

_BATCH_AXIS = 0


@dataclass(frozen=True)
class Input:
    """What a model input takes; a dynamic dimension is a name or None, an unknown rank None.

    `takes_nan`: the network asks for NaN, which means a value that is missing.
    """

    name: str
    dtype: np.dtype[Any]
    shape: tuple[Dimension, ...] | None
    takes_nan: bool = False

    def __str__(self) -> str:
        return f"'{self.name}' {shape_text(self.shape)}"

    @property
    def fixed_batch(self) -> int | None:
        """How many samples it takes at once, where that is said."""
        size = self.shape[_BATCH_AXIS] if self.shape else None
        return size if isinstance(size, int) else None

    @property
    def is_open(self) -> bool:
        """Whether its first axis has any length, so that it may be one of samples."""
        return bool(self.shape) and self.fixed_batch is None

    @property
    def of_any_batch(self) -> tuple[Dimension, ...]:
        """The shape, however many samples it takes."""
        return (None, *(self.shape or ())[_BATCH_AXIS + 1 :])


def shapes_of(feeds: Feeds) -> Shapes:
    """The shape of every input: only samples of the same shapes can run side by side."""
    return tuple(sorted((name, array.shape) for name, array in feeds.items()))


def first_alike(shapes: Iterable[tuple[int, Shapes]]) -> tuple[int, int] | None:
    """The places of the first two samples of the same shapes; None where no two are."""
    first: dict[Shapes, int] = {}
    for place, found in shapes:
        other = first.setdefault(found, place)
        if other != place:
            return other, place
    return None


def side_by_side(arrays: Sequence[Array]) -> Array:
    """What an input takes where samples of one shape run together; a single one is not copied."""
    return np.concatenate(arrays, _BATCH_AXIS) if len(arrays) > 1 else arrays[0]


def one_by_one(feeds: Feeds) -> Iterator[dict[str, Array]]:
    """The samples of a run that holds several side by side."""
    for row in range(next(iter(feeds.values())).shape[_BATCH_AXIS]):
        yield {name: array[row : row + 1] for name, array in feeds.items()}
