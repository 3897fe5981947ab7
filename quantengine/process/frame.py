"""One message between two processes: a JSON object and arrays by name."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

_SIZE = struct.Struct("<Q")
_MOST_TEXT_BYTES = 64 << 20


@dataclass(frozen=True, eq=False)
class Frame:
    """What is told, and the arrays that go with it; text in arrays stays text."""

    told: Mapping[str, Any]
    arrays: Arrays = field(default_factory=dict)


def write_frame(stream: BinaryIO, frame: Frame) -> None:
    """Raises OSError where nobody reads."""
    ready = {name: _plain(values) for name, values in frame.arrays.items()}
    heads = [[name, values.dtype.str, values.shape] for name, values in ready.items()]
    text = json.dumps([frame.told, heads]).encode()
    stream.write(_SIZE.pack(len(text)))
    stream.write(text)
    for values in ready.values():
        stream.write(values.reshape(-1).view(np.uint8).data)
    stream.flush()


def read_frame(stream: BinaryIO) -> Frame:
    """The next message; raises EOFError where there is none, or no whole one."""
    (size,) = _SIZE.unpack(_exactly(stream, _SIZE.size))
    if size > _MOST_TEXT_BYTES:
        raise EOFError
    told, heads = json.loads(_exactly(stream, size))
    arrays = {name: _array(stream, np.dtype(kind), tuple(shape)) for name, kind, shape in heads}
    return Frame(told, arrays)


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    """Contiguous, and without objects: those of a network are text."""
    return np.ascontiguousarray(values.astype(np.str_) if values.dtype.hasobject else values)


def _array(stream: BinaryIO, kind: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    size = prod(shape) * kind.itemsize
    return np.frombuffer(_exactly(stream, size), kind, prod(shape)).reshape(shape)


def _exactly(stream: BinaryIO, size: int) -> bytearray:
    found = bytearray(size)
    view, done = memoryview(found), 0
    while done < size:
        count = stream.readinto(view[done:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        done += count
    return found
