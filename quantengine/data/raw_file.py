"""Files of numbers and nothing else, such as those of phone runtimes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from quantengine.data.dataset import shape_text
from quantengine.data.file_rows import FileRows
from quantengine.data.input import Input
from quantengine.errors import DataError
from quantengine.files import no_file
from quantengine.sentence import Sentence

_TYPES = (
    *("float32", "float16", "float64", "uint8", "int8", "uint16", "int16", "uint32", "int32"),
    *("int64", "uint64", "bool"),
)
_MOST_DIGITS, _MOST_SIDES = 12, 8
_STORED = re.compile(r"(?P<type>[a-z]+\d*):(?P<shape>\d+([x,]\d+)*)")


@dataclass(frozen=True)
class Stored:
    """What a sample of a raw file is."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.dtype} {shape_text(self.shape)}"

    @property
    def said(self) -> str:
        """As `stored_of` reads it."""
        return f"{self.dtype}:{'x'.join(map(str, self.shape))}"

    @property
    def bytes(self) -> int:
        return self.dtype.itemsize * math.prod(self.shape)


def stored_of(text: str) -> Stored:
    """What `float32:3x224x224` means, little-endian; raises DataError."""
    found = _STORED.fullmatch(text.strip())
    if found is None or found["type"] not in _TYPES:
        raise DataError(
            "'{0}' is no type and shape of a raw file: write float32:3x224x224, with one of {1}",
            text,
            ", ".join(_TYPES),
        )
    sides = re.split("[x,]", found["shape"])
    shape = tuple(int(side) for side in sides if len(side) <= _MOST_DIGITS)
    if len(shape) < len(sides) or len(shape) > _MOST_SIDES:
        raise DataError("'{0}' is larger than any sample", text[:40])
    if 0 in shape:
        raise DataError("'{0}' holds nothing: every side of the shape must be at least 1", text)
    return Stored(np.dtype(found["type"]).newbyteorder("<"), shape)


def stored_for(spec: Input, said: str | None) -> tuple[Stored, tuple[Sentence, ...]]:
    """What a sample is for an input: as it was said, else a guess and its sentence."""
    if said is not None:
        return stored_of(said), ()
    found = _guessed(spec)
    return found, (Sentence("Raw files are read as {0} (guessed from input {1}).", found, spec),)


def _guessed(spec: Input) -> Stored:
    """A sample as the input itself takes it; raises DataError where its shape is open."""
    axes = enumerate(spec.shape or ())
    sides = [side for axis, side in axes if axis != spec.batch_axis]
    fixed = tuple(side for side in sides if isinstance(side, int))
    if spec.shape is None or len(fixed) < len(sides) or str(spec.dtype) not in _TYPES:
        raise DataError(
            "raw files do not say what they hold, and input {0} leaves it open: say stored, such "
            "as float32:3x224x224",
            spec,
        )
    return Stored(spec.dtype.newbyteorder("<"), fixed or (1,))


def read_raw(path: Path, stored: Stored) -> FileRows:
    """The one sample of a file; raises DataError where its length is another."""
    return raw_rows(path, stored, rows=False)


def raw_rows(path: Path, stored: Stored, *, rows: bool = True) -> FileRows:
    """The samples of a file one after the other, read as they are asked for; raises DataError."""
    if (why := no_file(path)) is not None:
        raise DataError("{0} cannot be read ({1})", path.name, why)
    try:
        length = path.stat().st_size
        count, left = divmod(length, stored.bytes)
        if left or not count or not (rows or count == 1):
            raise DataError(
                "{0} holds {1} bytes where {2} takes {3}: it was cut off, or say stored, the type "
                "and shape that it has",
                path.name,
                length,
                stored,
                stored.bytes,
            )
        shape = (count, *stored.shape) if rows else stored.shape
        return FileRows(path, stored.dtype, shape)
    except (OSError, ValueError) as error:
        raise DataError("{0} cannot be read ({1})", path.name, error) from error
