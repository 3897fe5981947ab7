"""Arrays that a device or another framework dumped: files or archives, by sample or in one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantengine.data.array_file import ArrayArchive, npy_rows
from quantengine.data.dataset import Array
from quantengine.data.suffixes import ARCHIVE, NPY, RAW
from quantengine.diff.dump_left import Left
from quantengine.diff.dump_map import MAPS
from quantengine.errors import DataError
from quantengine.files import ordinary
from quantengine.sentence import Sentence

TEXT = (".txt", ".dat")
_SUFFIXES = (NPY, ARCHIVE, *RAW, *TEXT)
_MOST_FILES, _MOST_SAMPLES = 100_000, 10_000
_MOST_BYTES, _MOST_TEXT = 2 << 30, 256 << 20
_DIGITS = re.compile(r"(\d+)")
_FLOATS: dict[int, np.dtype[np.floating]] = {
    2: np.dtype("<f2"),
    4: np.dtype("<f4"),
    8: np.dtype("<f8"),
}


@dataclass(frozen=True)
class Dumped:
    """One array: `name` as it is called there, `key` in an archive; `sample` None: of all."""

    name: str
    path: Path
    key: str | None = None
    sample: int | None = None

    def read(self, count: int) -> Array:
        """Its values, those of a raw file in the width that gives a multiple of `count`.

        Raises DataError, also where it is not written to its end.
        """
        suffix = self.path.suffix.lower()
        if self.key is not None:
            return ArrayArchive(self.path).read(self.key)
        if suffix == NPY:
            return np.asarray(npy_rows(self.path))
        return _text(self.path) if suffix in TEXT else _raw(self.path, count)


@dataclass(frozen=True)
class Dump:
    """What lies in a folder; `samples` 0: not told apart by folders. `unread`: file and why.

    `notes` name what else lies there.
    """

    folder: Path
    arrays: tuple[Dumped, ...]
    samples: int
    unread: tuple[tuple[str, str], ...]
    notes: tuple[Sentence, ...] = ()


def find_dump(folder: Path) -> Dump:
    """Arrays in the folder, else in the folders below it, each a sample; raises DataError.

    So are several archives side by side. Numbers in names count as numbers.
    """
    unread: list[tuple[str, str]] = []
    files = _files(folder)
    archives = [path for path in files if path.suffix.lower() == ARCHIVE]
    if len(archives) > 1 and len(archives) == len(files):
        each = [[path] for path in archives]
    else:
        each = [] if files else [_files(path) for path in _folders(folder)]
    if len(each) > _MOST_SAMPLES:
        raise DataError("{0} holds over {1} samples: give fewer.", folder.name, _MOST_SAMPLES)
    arrays = [a for path in files if not each for a in _arrays(path, None, unread)]
    for sample, paths in enumerate(each):
        arrays += [a for path in paths for a in _arrays(path, sample, unread)]
    if not arrays and not unread:
        raise DataError("{0} holds no dumped arrays ({1}).", folder.name, ", ".join(_SUFFIXES))
    return Dump(folder, tuple(arrays), len(each), tuple(unread), tuple(_left(folder, files)))


def _left(folder: Path, files: list[Path]) -> Iterator[Sentence]:
    """What lies beside the arrays and is none."""
    entries = sorted(_entries(folder), key=_order)
    others = (p for p in entries if p.is_file() and p.suffix.lower() not in _SUFFIXES)
    yield from Left.KIND.said(path.name for path in others if path.name not in MAPS)
    if files:
        yield from Left.FOLDER.said(path.name for path in entries if path.is_dir())


def _arrays(path: Path, sample: int | None, unread: list[tuple[str, str]]) -> Iterator[Dumped]:
    if path.suffix.lower() != ARCHIVE:
        yield Dumped(path.stem, path, None, sample)
        return
    try:
        keys = list(ArrayArchive(path).headers)
    except DataError as error:
        unread.append((path.name, str(error)))
        return
    yield from (Dumped(key, path, key, sample) for key in keys)


def _files(folder: Path) -> list[Path]:
    found = [path for path in _entries(folder) if path.suffix.lower() in _SUFFIXES]
    return sorted((path for path in found if path.is_file()), key=_order)


def _folders(folder: Path) -> list[Path]:
    found = (path for path in _entries(folder) if path.is_dir() and not path.is_symlink())
    return sorted((path for path in found if _files(path)), key=_order)


def _entries(folder: Path) -> list[Path]:
    """Without hidden ones; raises DataError where they cannot be listed."""
    found = []
    try:
        for path in folder.iterdir():
            if not path.name.startswith("."):
                found.append(path)
            if len(found) > _MOST_FILES:
                raise DataError("{0} holds over {1} files: give fewer.", folder.name, _MOST_FILES)
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError("folder '{0}' cannot be read ({1})", folder, why) from error
    return found


def _order(path: Path) -> list[tuple[int, str]]:
    """`sample10` behind `sample9`."""
    parts = _DIGITS.split(path.name)
    return [(int(part[:18]), "") if part.isdigit() else (-1, part) for part in parts]


def _raw(path: Path, count: int) -> Array:
    """Little-endian floats, the width that fits: 32 bits where several do."""
    data = _bytes(path, _MOST_BYTES)
    for width in (4, 2, 8):
        if data and count and len(data) % (width * count) == 0:
            return np.frombuffer(data, _FLOATS[width]).copy()
    raise DataError(
        "{0} holds {1} bytes, which are no floats of the {2} that the tensor has",
        path.name,
        len(data),
        count,
    )


def _text(path: Path) -> Array:
    """Numbers between blanks, commas or semicolons; lines that begin with # are passed over."""
    lines = _bytes(path, _MOST_TEXT).decode("utf-8", "replace").splitlines()
    words = " ".join(line for line in lines if not line.lstrip().startswith("#"))
    try:
        found = np.array(re.sub(r"[,;\[\]()]", " ", words).split(), np.float64)
    except ValueError as error:
        raise DataError("{0} cannot be read as numbers: {1}", path.name, error) from error
    if not found.size:
        raise DataError("{0} holds no numbers", path.name)
    return found


def _bytes(path: Path, most: int) -> bytes:
    try:
        if ordinary(path).stat().st_size > most:
            raise DataError("{0} holds over {1} MB: give a smaller one", path.name, most >> 20)
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError("{0} cannot be read ({1})", path.name, why) from error


def whole_samples(values: Array, count: int) -> int:
    """How many samples of `count` values an array holds; 0 where it holds none or parts."""
    return values.size // count if count and values.size % count == 0 else 0


def is_numbers(values: Array) -> bool:
    """Whether they are plain numbers, and so many that they can be counted."""
    return values.dtype.kind in "fiub" and math.prod(values.shape) > 0
