"""A dataset with a column for each input, and its grouping for models of a fixed batch."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quantengine.counted import counted
from quantengine.data.column import DIGEST_BYTES, Column
from quantengine.data.dataset import Array, Dataset, Dimension, shape_text
from quantengine.data.feed import fit
from quantengine.data.input import Input, lacks_batch, side_by_side
from quantengine.data.options import Number
from quantengine.errors import DataError
from quantengine.sentence import Sentence

IMAGE_ROW = (3, 0, 0)
"""Stands for the shape of a prepared image, whose sides are known once it is read."""

MOST_SAMPLES = 20_000_000
"""Each has a name in memory."""


def too_many(where: str, count: int) -> DataError:
    return DataError(
        "{0} makes {1} samples, more than the {2} that have names: split it",
        where,
        f"{count:,}",
        f"{MOST_SAMPLES:,}",
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Rowwise(Dataset):
    """Rows of some inputs are stored; other inputs are constants of matching shape."""

    inputs: tuple[Input, ...]
    constants: Mapping[str, Number]

    @abstractmethod
    def rows(self, index: int) -> dict[str, Array]:
        """What is stored of a sample, fitted to its inputs, in a batch of one; raises DataError."""

    def feeds(self, index: int) -> dict[str, Array]:
        return with_constants(self.rows(index), self.inputs, self.constants)


@dataclass(frozen=True, eq=False, kw_only=True)
class Table(Rowwise):
    """Sample i is row i of every column."""

    columns: Mapping[str, Column]

    def rows(self, index: int) -> dict[str, Array]:
        return {
            spec.name: fit(self.columns[spec.name].row(index), spec, row=True)
            for spec in self.inputs
            if spec.name in self.columns
        }

    def digest(self, index: int) -> bytes:
        total = hashlib.blake2b(repr(sorted(self.constants.items())).encode(), digest_size=16)
        for name in sorted(self.columns):
            total.update(name.encode() + self.columns[name].digest(index))
        return total.digest()


@dataclass(frozen=True, eq=False, kw_only=True)
class Batches(Dataset):
    """`size` consecutive samples of `parent` in one, for a model whose batch is fixed.

    Rows of the inputs `joined` are put together; what else the parent feeds is that of its first.
    """

    parent: Rowwise
    size: int
    joined: frozenset[str]

    @classmethod
    def of(cls, parent: Rowwise, size: int, joined: frozenset[str]) -> Batches:
        count = len(parent) // size
        if not count:
            raise DataError(
                "the model takes batches of {0} and the data has {1} of the {0} rows of one: give "
                "more data, or export the model with an open batch",
                size,
                len(parent),
            )
        notes = [Sentence("The model takes batches of {0}: every {0} rows are one sample.", size)]
        if left := len(parent) - count * size:
            notes.append(
                Sentence(
                    "Left out at the end, where no batch is filled: {0}.", counted(left, "row")
                )
            )
        if parent.labelled:
            notes.append(Sentence("Labels are not used, since a sample is a whole batch."))
        return cls(
            names=tuple(f"{parent.names[k * size]} (and {size - 1} more)" for k in range(count)),
            description={**parent.description, "labels": None, "batch": size},
            preprocessing=parent.preprocessing,
            classes=parent.classes,
            notes=(*parent.notes, *notes),
            parent=parent,
            size=size,
            joined=joined,
        )

    def feeds(self, index: int) -> dict[str, Array]:
        rows = [self.parent.rows(k) for k in self._members(index)]
        found = {
            name: self._together(name, [row[name] for row in rows])
            if name in self.joined
            else rows[0][name]
            for name in rows[0]
        }
        return with_constants(found, self.parent.inputs, self.parent.constants)

    def digest(self, index: int) -> bytes:
        total = hashlib.blake2b(digest_size=DIGEST_BYTES)
        for k in self._members(index):
            total.update(self.parent.digest(k))
        return total.digest()

    def _members(self, index: int) -> range:
        return range(index * self.size, (index + 1) * self.size)

    def _together(self, name: str, rows: list[Array]) -> Array:
        axis = next(spec.batch_axis for spec in self.parent.inputs if spec.name == name) or 0
        if len({row.shape for row in rows}) > 1 or rows[0].shape[axis] != 1:
            listed = ", ".join(sorted({shape_text(row.shape) for row in rows}))
            raise DataError("input '{0}': rows of shapes {1} cannot be one batch", name, listed)
        return side_by_side(rows, axis)


def in_batches(dataset: Rowwise, rows: Mapping[str, tuple[int, ...]]) -> Dataset:
    """`dataset`, grouped where the model fixes a batch above one; `rows`: shapes by input.

    Raises DataError where inputs fix different batches.
    """
    specs = [s for s in dataset.inputs if s.name in rows and lacks_batch(rows[s.name], s)]
    sizes = {size for size in (spec.fixed_batch for spec in specs) if size}
    if len(sizes) > 1:
        raise DataError(
            "the inputs take batches of different sizes ({0}): give a folder of .npz files, each "
            "with all inputs of one run",
            ", ".join(map(str, sorted(sizes))),
        )
    size = max(sizes, default=1)
    joined = frozenset(spec.name for spec in specs)
    return dataset if size == 1 else Batches.of(dataset, size, joined)


def with_constants(
    feeds: dict[str, Array], inputs: tuple[Input, ...], constants: Mapping[str, Number]
) -> dict[str, Array]:
    """`feeds` and, in the order of `inputs`, arrays full of the constants.

    A dynamic dimension takes the length it has by name, else by position, in the other inputs.
    """
    lengths: dict[Dimension, int] = {}
    for spec in inputs:
        if spec.name in feeds and spec.shape is not None:
            for axis, length in enumerate(feeds[spec.name].shape):
                lengths.setdefault(spec.shape[axis], length)
                lengths.setdefault(axis, length)
    return {
        spec.name: feeds[spec.name]
        if spec.name in feeds
        else _constant(spec, constants[spec.name], lengths)
        for spec in inputs
    }


def _constant(spec: Input, number: Number, lengths: Mapping[Dimension, int]) -> Array:
    sides = [
        side if isinstance(side, int) else lengths.get(side, lengths.get(axis, 1))
        for axis, side in enumerate(spec.shape or ())
    ]
    try:
        filled: Array = np.full(sides, number, spec.dtype)
    except (OverflowError, ValueError) as error:
        raise DataError(
            "input {0} of type {1} cannot hold {2}", spec, spec.dtype, number
        ) from error
    if filled.size and spec.dtype.kind != "f" and filled.flat[0] != number:
        raise DataError("input {0} of type {1} cannot hold {2}", spec, spec.dtype, number)
    return filled
