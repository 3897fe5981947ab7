"""What lies in a folder of data, and which files reading it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from quantengine.data.label_file import CLASS_FILES
from quantengine.data.labels import FILE_NAMES
from quantengine.data.suffixes import ARCHIVE, ARRAY_FILES, IMAGES, NPY, RAW, SOUND
from quantengine.errors import DataError

TEST_SET = "test_data_set_"
MOST_FILES = 10_000_000
"""Their names alone take 700 MB."""
_TENSOR = ".pb"


@dataclass(frozen=True)
class Contents:
    """What a folder offers: the first part that is not empty is the data.

    `files` are all files below it, as sorted posix paths.
    """

    test_sets: tuple[Path, ...] = ()
    images: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    arrays: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def suffixes(self) -> frozenset[str]:
        """How the names of files end that are samples, or would make others of them."""
        if self.test_sets:
            return frozenset((_TENSOR,))
        if self.images:
            return frozenset(IMAGES)
        if self.archives:
            return frozenset((*IMAGES, ARCHIVE))
        return frozenset((*IMAGES, ARCHIVE, *ARRAY_FILES)) if self.arrays else frozenset()


def contents(folder: Path) -> Contents:
    """Looks through a folder; raises DataError where it cannot be read."""
    if (folder / "input_0.pb").is_file():
        return Contents((folder,), files=tuple(sorted(_walk(folder))))
    with _entries(folder, "") as entries:
        begun = [folder / each.name for each in entries if _is_test_set(each)]
    sets = tuple(sorted(each for each in begun if (each / "input_0.pb").is_file()))
    files = tuple(sorted(_walk(folder)))
    places = {IMAGES: list[str](), (ARCHIVE,): [], (NPY,): [], RAW: [], (SOUND,): []}
    by_suffix = {suffix: found for kind, found in places.items() for suffix in kind}
    for file in files:
        if (found := by_suffix.get(suffix_of(file))) is not None:
            found.append(file)
    images, archives, *arrays = map(tuple, places.values())
    return Contents(sets, images, archives, next(filter(None, arrays), ()), files)


def suffix_of(file: str) -> str:
    """As that of a `Path`, which takes ten times as long: a million names are looked at."""
    name = file.rpartition("/")[2]
    place = name.rfind(".")
    return name[place:].lower() if place > 0 else ""


def data_files(path: Path, labels: str | None = None) -> Iterator[Path]:
    """Every file that opening `path` with these labels may read."""
    if not path.is_dir():
        yield path
        found = Contents(images=(path.name,)) if _is_image(path) else Contents()
        folder = path.parent
    else:
        found, folder = contents(path), path
        suffixes = found.suffixes
        yield from (folder / f for f in found.files if suffix_of(f) in suffixes)
        yield from (file for each in found.test_sets for file in each.glob(f"*{_TENSOR}"))
    if labels is not None:
        yield from (folder / labels, Path(labels))
    if found.images:
        yield from _label_places(folder)


def joins_data(path: Path, file: Path) -> bool:
    """Whether a new `file` would be read as a part of the data in `path` from then on."""
    folder = path if path.is_dir() else path.parent
    inside, place = folder.resolve(), file.resolve()
    if place in (each.resolve() for each in _label_places(folder)):
        return bool(contents(path).images) if path.is_dir() else _is_image(path)
    if not path.is_dir() or not place.is_relative_to(inside):
        return False
    below = PurePosixPath(place.relative_to(inside).as_posix())
    hidden = any(part.startswith(".") for part in below.parts)
    return not hidden and below.suffix.lower() in contents(path).suffixes


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in IMAGES


def _label_places(folder: Path) -> Iterator[Path]:
    for name in (*FILE_NAMES, *CLASS_FILES):
        yield folder / name
        yield folder.resolve().parent / name


def _walk(folder: Path) -> Iterator[str]:
    """Files below `folder` as posix paths; hidden ones and linked folders are left out.

    So are pipes and devices, at which reading would wait. Raises DataError where there are more
    than `MOST_FILES`.
    """
    below, left = [""], MOST_FILES
    while below:
        parent = below.pop()
        with _entries(folder, parent) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    below.append(f"{parent}{entry.name}/")
                elif entry.is_file(follow_symlinks=False) or _is_linked(entry):
                    left -= 1
                    yield f"{parent}{entry.name}"
                if left < 0 or len(below) > MOST_FILES:
                    raise DataError(
                        "folder '{0}' holds over {1} files: give a smaller one",
                        folder,
                        f"{MOST_FILES:,}",
                    )


@contextmanager
def _entries(folder: Path, below: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    """One after the other: all at once, a million would take 200 MB."""
    try:
        with os.scandir(folder / below) as found:
            yield found
    except OSError as error:
        raise DataError(
            "folder '{0}' cannot be read ({1})", error.filename, error.strerror
        ) from error


def _is_test_set(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(TEST_SET) and entry.is_dir(follow_symlinks=False)


def _is_linked(entry: os.DirEntry[str]) -> bool:
    """Whether a link leads to a file, or to nothing, which is told when its turn comes."""
    try:
        return entry.is_symlink() and (entry.is_file() or not Path(entry.path).exists())
    except OSError:
        return True
