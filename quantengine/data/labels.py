"""Find the class of each sample: in a text file, in the names of sub-folders, in an array."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from quantengine.data.dataset import Array
from quantengine.data.folder_labels import folder_classes
from quantengine.data.label_file import (
    MAX_LABEL,
    UnfitLabels,
    check_range,
    known_classes,
    read_label_file,
)
from quantengine.errors import DataError
from quantengine.sentence import Sentence

CSV_NAME = "labels.csv"
FILE_NAMES = (CSV_NAME, "val.txt")
"""Looked for in a folder of images and in its parent."""


@dataclass(frozen=True)
class Labels:
    """A class a sample, None where unknown; `source` is None where nothing was found."""

    values: tuple[int | None, ...] = ()
    classes: tuple[str, ...] = ()
    source: str | None = None
    notes: tuple[str, ...] = ()


def image_labels(
    folder: Path, files: Sequence[str], said: str | None = None, classes: int | None = None
) -> Labels:
    """Labels of `files`, posix paths relative to `folder`; `classes`: how many the model knows.

    A file that was `said` must fit; one found by itself that does not is told and left out, and
    so are sub-folders that are not for certain the classes. Raises DataError where a file is
    malformed, or was said and fits nothing.
    """
    here = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would leave a linked folder
    if said is not None:
        chosen = folder / said if (folder / said).is_file() else Path(said)
        if not chosen.is_file():
            raise DataError("labels file '{0}' does not exist", said)
        path = Path(os.path.abspath(chosen))  # noqa: PTH100
        return _from_file(path, here, files, classes)
    unused: tuple[str, ...] = ()
    for path in _beside(here):
        try:
            return _from_file(path, here, files, classes)
        except DataError as error:
            if path.name == CSV_NAME and not isinstance(error, UnfitLabels):
                raise
            unused += (f"{path.name} is not used: {error}.",)
    found = _from_folders(here, files, classes)
    return replace(found, notes=unused + found.notes)


def array_labels(
    key: str, array: Array, count: int, names: tuple[str, ...] = (), classes: int | None = None
) -> Labels:
    """Labels from an array of `count` integers, or of texts that are among `names`.

    Raises UnfitLabels where one is no class of the model, DataError for any other array.
    """
    shaped = array.size == count and array.shape[:1] == (count,)
    values = _by_name(key, array.reshape(-1), names) if array.dtype.kind == "U" else array
    if values.dtype.kind not in "iu" or not shaped:
        raise DataError(
            "labels '{0}' must be {1} integers, found {2} {3}",
            key,
            count,
            array.dtype,
            list(array.shape),
        )
    values = values.reshape(-1)
    if count and not 0 <= int(values.min()) <= int(values.max()) <= MAX_LABEL:
        raise DataError("labels '{0}' must lie in 0..{1}", key, MAX_LABEL)
    numbers = tuple(int(value) for value in values)
    check_range(f"labels '{key}'", numbers, classes)
    return Labels(numbers, names, source=key)


def class_names(array: Array) -> tuple[str, ...]:
    """The texts of a `class_names` array; empty where it holds none."""
    return tuple(str(name) for name in np.ravel(array)) if array.dtype.kind == "U" else ()


def _by_name(key: str, texts: Array, names: tuple[str, ...]) -> Array:
    places = {name: place for place, name in enumerate(names)}
    unknown = [str(text) for text in texts if str(text) not in places]
    if unknown:
        listed = "class_names does not hold it" if names else "no class_names tell its number"
        raise DataError("labels '{0}' hold the text '{1}' and {2}", key, unknown[0], listed)
    return np.array([places[str(text)] for text in texts], np.int64)


def _beside(here: Path) -> list[Path]:
    return [
        path for name in FILE_NAMES for path in (here / name, here.parent / name) if path.is_file()
    ]


def _from_file(path: Path, folder: Path, files: Sequence[str], classes: int | None) -> Labels:
    table = read_label_file(path)
    rows = table.matched(folder, files)
    if not any(row is not None for row in rows):
        raise UnfitLabels(
            "{0} names none of the images (it names '{1}', an image is '{2}')",
            path.name,
            table.rows[0].name,
            files[0],
        )
    names = known_classes(path.parent, folder, classes)
    numbers, listed = table.numbered(names, classes)
    values = tuple(None if row is None else numbers[row.label] for row in rows)
    check_range(f"the labels in {path.name}", values, classes)
    missing = sum(value is None for value in values)
    said = Sentence("Labels come from {0}.", path.name)
    if missing:
        of_all = (path.name, missing, len(files))
        said = Sentence("Labels come from {0}; {1} of {2} samples have none.", *of_all)
    return Labels(values, listed, path.name, (said,))


def _from_folders(folder: Path, files: Sequence[str], classes: int | None) -> Labels:
    names = known_classes(folder, folder.parent, classes)
    found = folder_classes(files, names, classes)
    source = "sub-folders" if found.values else None
    return Labels(found.values, found.classes, source, found.notes)
