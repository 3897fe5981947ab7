"""A dataset with a column for each input, and its grouping for models of a fixed batch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quantengine.data.column import DIGEST_BYTES, Column
from quantengine.data.dataset import Array, Dataset, Dimension, InputSpec
from quantengine.data.feed import fit
from quantengine.data.options import Number
from quantengine.errors import DataError


@dataclass(frozen=True, eq=False, kw_only=True)
class Table(Dataset):
    """Sample i is row i of every column; other inputs are constants of matching shape."""

    inputs: tuple[InputSpec, ...]
    columns: Mapping[str, Column]
    constants: Mapping[str, Number]

    def feeds(self, index: int) -> dict[str, Array]:
        found = {
            spec.name: fit(self.columns[spec.name].row(index), spec, row=True)
            for spec in self.inputs
            if spec.name in self.columns
        }
        return with_constants(found, self.inputs, self.constants)

    def digest(self, index: int) -> bytes:
        total = hashlib.blake2b(repr(sorted(self.constants.items())).encode(), digest_size=16)
        for name in sorted(self.columns):
            total.update(name.encode() + self.columns[name].digest(index))
        return total.digest()


@dataclass(frozen=True, eq=False, kw_only=True)
class Batches(Dataset):
    """`size` consecutive samples of `parent` in one, for a model whose batch is fixed."""

    parent: Dataset
    size: int
    inputs: tuple[InputSpec, ...]

    @classmethod
    def of(cls, parent: Dataset, size: int, inputs: tuple[InputSpec, ...]) -> Batches:
        count = len(parent) // size
        if not count:
            raise DataError(f"the model takes batches of {size}, the data has only {len(parent)}")
        notes = [f"The model takes batches of {size}: every {size} rows are one sample."]
        if left := len(parent) - count * size:
            notes.append(f"The last {left} rows do not fill a batch and are left out.")
        if parent.labelled:
            notes.append("Labels are not used, since a sample is a whole batch.")
        return cls(
            names=tuple(f"{parent.names[k * size]} (and {size - 1} more)" for k in range(count)),
            description={**parent.description, "labels": None, "batch": size},
            preprocessing=parent.preprocessing,
            classes=parent.classes,
            notes=(*parent.notes, *notes),
            parent=parent,
            size=size,
            inputs=inputs,
        )

    def feeds(self, index: int) -> dict[str, Array]:
        rows = [self.parent.feeds(k) for k in self._members(index)]
        return {
            spec.name: np.concatenate([row[spec.name] for row in rows])
            if fixed_batch(spec) == self.size and len(rows[0][spec.name]) == 1
            else rows[0][spec.name]
            for spec in self.inputs
        }

    def digest(self, index: int) -> bytes:
        total = hashlib.blake2b(digest_size=DIGEST_BYTES)
        for k in self._members(index):
            total.update(self.parent.digest(k))
        return total.digest()

    def _members(self, index: int) -> range:
        return range(index * self.size, (index + 1) * self.size)


def fixed_batch(spec: InputSpec) -> int | None:
    """The first dimension where it is a number."""
    first = spec.shape[0] if spec.shape else None
    return first if isinstance(first, int) else None


def in_batches(table: Table, ranks: Mapping[str, int]) -> Dataset:
    """`table`, grouped where the model fixes a batch above one; `ranks` of its columns' rows.

    Raises DataError where inputs fix different batches.
    """
    sizes = {
        fixed_batch(spec) or 1
        for spec in table.inputs
        if spec.shape is not None and ranks.get(spec.name, len(spec.shape)) < len(spec.shape)
    }
    if len(sizes) > 1:
        raise DataError(
            f"the inputs take batches of different sizes ({', '.join(map(str, sorted(sizes)))}): "
            "give a folder of .npz files, each with all inputs of one run"
        )
    size = max(sizes, default=1)
    return table if size == 1 else Batches.of(table, size, table.inputs)


def with_constants(
    feeds: dict[str, Array], inputs: tuple[InputSpec, ...], constants: Mapping[str, Number]
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


def _constant(spec: InputSpec, number: Number, lengths: Mapping[Dimension, int]) -> Array:
    sides = [
        side if isinstance(side, int) else lengths.get(side, lengths.get(axis, 1))
        for axis, side in enumerate(spec.shape or ())
    ]
    try:
        filled: Array = np.full(sides, number, spec.dtype)
    except (OverflowError, ValueError) as error:
        raise DataError(f"input {spec} of type {spec.dtype} cannot hold {number}") from error
    if filled.size and spec.dtype.kind != "f" and filled.flat[0] != number:
        raise DataError(f"input {spec} of type {spec.dtype} cannot hold {number}")
    return filled
