"""An array in a file, read a row at a time: a mapped file that shrinks would end the program."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from quantengine.data.dataset import Array
from quantengine.errors import DataError


@dataclass(frozen=True)
class FileRows:
    """Values of `stored` shape, the last axis closest together, from byte `start` of a file.

    Rows lie along `axis`, and shapes have it first. Raises DataError where the file holds less by
    now than it did.
    """

    path: Path
    dtype: np.dtype[Any]
    stored: tuple[int, ...]
    start: int = 0
    axis: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        axis = self.axis
        return (*self.stored[axis : axis + 1], *self.stored[:axis], *self.stored[axis + 1 :])

    @property
    def ndim(self) -> int:
        return len(self.stored)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: int) -> Array:
        if not 0 <= index < len(self):
            raise IndexError(index)
        outer, rows = self.stored[: self.axis], self.stored[self.axis]
        inner = math.prod(self.stored[self.axis + 1 :])
        firsts = ((place * rows + int(index)) * inner for place in range(math.prod(outer)))
        return self._read(firsts, inner).reshape(self.shape[1:])

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        whole = self._read(iter((0,)), math.prod(self.stored)).reshape(self.stored)
        return np.asarray(np.moveaxis(whole, self.axis, 0) if self.stored else whole, dtype)

    def along(self, axis: int) -> FileRows:
        """The same values with rows along another axis."""
        return FileRows(self.path, self.dtype, self.stored, self.start, axis)

    def _read(self, firsts: Any, count: int) -> Array:
        size = count * self.dtype.itemsize
        try:
            with self.path.open("rb", buffering=0) as stream:
                pieces = [self._piece(stream, first, size) for first in firsts]
        except OSError as error:
            raise DataError("{0} cannot be read ({1})", self.path.name, error.strerror) from error
        return np.frombuffer(pieces[0] if len(pieces) == 1 else b"".join(pieces), self.dtype)

    def _piece(self, stream: Any, first: int, size: int) -> bytearray:
        found = bytearray(size)
        view, done = memoryview(found), 0
        stream.seek(self.start + first * self.dtype.itemsize)
        while done < size and (count := stream.readinto(view[done:])):
            done += count
        if done < size:
            raise DataError("{0} was cut off while it was read", self.path.name)
        return found
