"""What feeds a network, and how samples stand side by side in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quantengine.data.dataset import Array, Dimension, Loop, shape_text

Feeds = Mapping[str, Array]
Shapes = tuple[tuple[str, tuple[int, ...]], ...]

_TIME = frozenset({"t", "time", "times", "seq", "sequence", "length", "len", "frames", "steps"})
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Input:
    """What a model input takes; a dynamic dimension is a name or None, an unknown rank None.

    `takes_nan`: the network asks for NaN, which means a value that is missing. Samples stand side
    by side along `batch_axis`; None: it takes the same of all of them. `loop`: it is a state, or
    what was decoded, that an output feeds back.
    """

    name: str
    dtype: np.dtype[Any]
    shape: tuple[Dimension, ...] | None
    takes_nan: bool = False
    batch_axis: int | None = 0
    loop: Loop | None = None

    def __str__(self) -> str:
        return f"'{self.name}' {shape_text(self.shape)}"

    @property
    def fixed_batch(self) -> int | None:
        """How many samples it takes at once, where that is said."""
        if not self.shape or self.batch_axis is None:
            return None
        size = self.shape[self.batch_axis]
        return size if isinstance(size, int) else None

    @property
    def is_open(self) -> bool:
        """Whether its first axis has any length and may be one of samples."""
        return bool(self.shape) and self.batch_axis == 0 and self.fixed_batch is None

    @property
    def of_any_batch(self) -> tuple[Dimension, ...]:
        """The shape, however many samples it takes."""
        shape = self.shape or ()
        return tuple(None if axis == self.batch_axis else side for axis, side in enumerate(shape))


def with_batch_axes(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """Inputs with the axis of their samples, told by the names of dimensions, else by lengths.

    A dimension called a batch, or n, is that axis wherever it stands; else what the first input
    begins with, or has second where it begins with time.
    """
    inputs = tuple(inputs)
    shapes = [spec.shape for spec in inputs if spec.shape]
    named = (side for shape in shapes for side in shape if _called_batch(side))
    first = shapes[0] if shapes else (None,)
    lead = first[1] if len(first) > 2 and _called_time(first[0]) else first[0]
    batch = next(named, lead)
    return tuple(replace(spec, batch_axis=_batch_axis(spec.shape, batch)) for spec in inputs)


def _batch_axis(shape: tuple[Dimension, ...] | None, batch: Dimension) -> int | None:
    if not shape:
        return 0 if shape is None else None
    if batch in shape:
        return shape.index(batch)
    return 0 if not isinstance(shape[0], int) or shape[0] == 1 else None


def _called_batch(side: Dimension) -> bool:
    return isinstance(side, str) and ("batch" in side.lower() or side in ("N", "n", "B", "b"))


def _called_time(side: Dimension) -> bool:
    return isinstance(side, str) and bool(_TIME & set(_WORD.findall(side.lower())))


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


def side_by_side(arrays: Sequence[Array], axis: int = 0) -> Array:
    """What an input takes where samples of one shape run together; a single one is not copied."""
    return np.concatenate(arrays, axis) if len(arrays) > 1 else arrays[0]


def one_by_one(feeds: Feeds) -> Iterator[dict[str, Array]]:
    """The samples of a run that holds several side by side along the first axis."""
    for row in range(len(next(iter(feeds.values())))):
        yield {name: array[row : row + 1] for name, array in feeds.items()}


def lacks_batch(row: tuple[int, ...], spec: Input) -> bool:
    """Whether a stored row has no batch axis, or a batch of one where the input fixes more."""
    if spec.batch_axis is None:
        return False
    if spec.shape is None or len(row) < len(spec.shape):
        return True
    one = row[spec.batch_axis : spec.batch_axis + 1] == (1,)
    return len(row) == len(spec.shape) and one and (spec.fixed_batch or 1) > 1
