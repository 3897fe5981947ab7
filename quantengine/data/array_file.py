"""Write .npz; read it and .npy without pickle and without trusting the sizes they claim."""

from __future__ import annotations

import io
import lzma
import math
import threading
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from quantengine.data.dataset import Array
from quantengine.data.file_rows import FileRows
from quantengine.errors import DataError
from quantengine.files import no_file

MAX_MEMBER_BYTES = 8 << 30
"""An .npz member is held in memory as a whole; above this it belongs in a .npy file."""

_MAX_DEFLATE_RATIO = 1032
_BOMB_BYTES, _BOMB_RATIO = 1 << 30, 100
"""Together: so much of nearly the same is no data, and takes memory that its file does not."""
_LONGEST = 2**62
_NO_ARRAYS = (EOFError, ValueError, KeyError)
_Place = Path | IO[bytes]
_LEVEL = 2
"""Of deflate: numpy's own choice, 6, takes four times as long for a tenth fewer bytes."""


@dataclass(frozen=True)
class ArrayHeader:
    """Shape and type of a stored array."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    columns: bool = False
    """Whether the first axis lies closest together."""


def npy_rows(path: Path) -> Array | FileRows:
    """The array of an .npy file, rows read as they are asked for; raises DataError.

    Only one whose first axis lies closest together is read as a whole.
    """
    _refuse_no_file(path, path.name)
    with _explained(path.name), path.open("rb") as stream:
        header = _read_header(stream, path.stat().st_size, path.name)
        if math.prod(header.shape) == 0:
            return np.empty(header.shape, header.dtype)
        if not header.columns:
            return FileRows(path, header.dtype, header.shape, stream.tell())
        stream.seek(0)
        array: Array = np.lib.format.read_array(stream, allow_pickle=False)
        return array


class ArrayArchive:
    """The arrays of an .npz, each read once, when first asked for; safe to share by threads.

    One that cannot be read is not tried again for every row of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._held: dict[str, Array] = {}
        self._refused: dict[str, DataError] = {}
        self.headers = archive_headers(path)

    def read(self, key: str) -> Array:
        """The array under `key`; raises DataError naming file and key."""
        with self._lock:
            if key in self._refused:
                raise self._refused[key]
            if key not in self._held:
                try:
                    self._held[key] = _read_member(self.path, key, self.path.name)
                except DataError as error:
                    self._refused[key] = error
                    raise
            return self._held[key]


class NpyFolder:
    """The .npy files of a folder by the names they have without their ending."""

    def __init__(self, path: Path, keys: Sequence[str]) -> None:
        self.path = path
        self._held = {key: npy_rows(path / f"{key}.npy") for key in keys}
        self.headers = {key: ArrayHeader(a.shape, a.dtype) for key, a in self._held.items()}

    def read(self, key: str) -> Array | FileRows:
        """The array under `key`."""
        return self._held[key]


def read_archive(path: Path) -> dict[str, Array]:
    """All number arrays of an .npz by key; raises DataError."""
    return _members(path, archive_headers(path), path.name)


def archive_of_bytes(stored: bytes, name: str) -> dict[str, Array]:
    """All number arrays of an .npz that lies in memory; errors, DataError, call it `name`."""
    place = io.BytesIO(stored)
    return _members(place, _headers(place, name), name)


def write_archive(place: _Place, arrays: Mapping[str, Array], *, packed: bool = True) -> None:
    """Writes an .npz of number arrays by key."""
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(place, "w", method, compresslevel=_LEVEL) as archive:
        for key, array in arrays.items():
            with archive.open(f"{key}.npy", "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, array, allow_pickle=False)


def archive_headers(path: Path) -> dict[str, ArrayHeader]:
    """Shapes and types of the arrays of an .npz by key; raises DataError."""
    _refuse_no_file(path, path.name)
    return _headers(path, path.name)


def _headers(place: _Place, name: str) -> dict[str, ArrayHeader]:
    headers: dict[str, ArrayHeader] = {}
    with _explained(name), zipfile.ZipFile(place) as archive:
        for info in archive.infolist():
            if info.filename.endswith(".npy") and not info.is_dir():
                key = info.filename.removesuffix(".npy")
                with archive.open(info) as stream:
                    headers[key] = _read_header(stream, info.file_size, f"{name}:{key}")
    if not headers:
        raise DataError("{0} holds no arrays: save it with numpy.savez", name)
    return headers


def _members(place: _Place, headers: Mapping[str, ArrayHeader], name: str) -> dict[str, Array]:
    total = sum(math.prod(header.shape) * header.dtype.itemsize for header in headers.values())
    if total > MAX_MEMBER_BYTES:
        raise _too_large(name, total)
    return {key: _read_member(place, key, name) for key in headers}


def _read_member(place: _Place, key: str, name: str) -> Array:
    where = f"{name}:{key}"
    with _explained(where), zipfile.ZipFile(place) as archive:
        info = archive.getinfo(f"{key}.npy")
        ratio = info.file_size / (info.compress_size + 64)
        bomb = info.file_size > _BOMB_BYTES and ratio > _BOMB_RATIO
        if bomb or info.file_size > MAX_MEMBER_BYTES:
            raise _too_large(where, info.file_size)
        if ratio > _MAX_DEFLATE_RATIO:
            raise DataError("{0} claims more bytes than its file can hold: it is damaged", where)
        with archive.open(info) as stream:
            array: Array = np.lib.format.read_array(stream, allow_pickle=False)
            return array


def _read_header(stream: IO[bytes], total_bytes: int, where: str) -> ArrayHeader:
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, columns, dtype = np.lib.format.read_array_header_1_0(stream)
    elif version == (2, 0):
        shape, columns, dtype = np.lib.format.read_array_header_2_0(stream)
    else:
        raise DataError("{0} has array format {1}: save it as plain numbers", where, version)
    if dtype.hasobject:
        raise DataError(
            "{0} holds pickled Python objects, which may run code when read: save plain number "
            "arrays instead",
            where,
        )
    sides = all(type(side) is int and 0 <= side < _LONGEST for side in shape)
    claimed = math.prod(shape) * max(1, dtype.itemsize)
    if not sides or claimed > total_bytes - stream.tell():
        raise DataError(
            "{0} claims shape {1} of {2}, more than the file holds: it is damaged or was cut off",
            where,
            list(shape),
            dtype,
        )
    return ArrayHeader(shape, dtype, columns and len(shape) > 1)


def _too_large(where: str, size: int) -> DataError:
    return DataError(
        "{0} takes {1} GiB in memory: save it as .npy, which is read piece by piece",
        where,
        size >> 30,
    )


def _refuse_no_file(path: Path, where: str) -> None:
    if (why := no_file(path)) is not None:
        raise DataError("{0} cannot be read ({1})", where, why)


@contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, *_NO_ARRAYS) as error:
        text = " ".join(str(error).split()).rstrip(".")
        raise DataError("{0} cannot be read as numpy arrays: {1}", where, text) from error
    except MemoryError as error:
        raise DataError("{0} does not fit into memory: save it as .npy", where) from error
    except (tokenize.TokenError, SyntaxError, TypeError, OverflowError) as error:
        raise DataError("{0} has a damaged array header", where) from error
    except (OSError, RuntimeError, NotImplementedError) as error:
        raise DataError("{0} cannot be read ({1})", where, error) from error
