"""Find the class of each image: from labels.csv or from the names of sub-folders."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from quantengine.data.dataset import Array
from quantengine.errors import DataError

CSV_NAME = "labels.csv"
MAX_LABEL = 1_000_000


@dataclass(frozen=True)
class Labels:
    """A class a sample, None where unknown; `source` is None where nothing was found."""

    values: tuple[int | None, ...] = ()
    classes: tuple[str, ...] = ()
    source: str | None = None
    notes: tuple[str, ...] = ()


def image_labels(folder: Path, files: Sequence[str], csv_file: str | None = None) -> Labels:
    """Labels of `files`, posix paths relative to `folder`.

    `labels.csv` is looked for in the folder and then in its parent; its file names are relative
    to itself. Raises DataError naming the line where it is malformed.
    """
    here = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would leave a linked folder
    if csv_file is not None:
        chosen = folder / csv_file if (folder / csv_file).is_file() else Path(csv_file)
        if not chosen.is_file():
            raise DataError(f"labels file '{csv_file}' does not exist")
        candidates = [Path(os.path.abspath(chosen))]  # noqa: PTH100
    else:
        candidates = [path for path in (here / CSV_NAME, here.parent / CSV_NAME) if path.is_file()]
    unused: tuple[str, ...] = ()
    for path in candidates:
        found = _from_csv(path, here, files)
        if found.source is not None:
            return found
        unused += found.notes
    found = _from_folders(files)
    return Labels(found.values, found.classes, found.source, unused + found.notes)


def array_labels(key: str, array: Array, count: int) -> Labels:
    """Labels from an integer array of `count` values; raises DataError for any other."""
    if array.dtype.kind not in "iu" or array.size != count or array.shape[0] != count:
        raise DataError(
            f"labels '{key}' must be {count} integers, found {array.dtype} {list(array.shape)}"
        )
    values = array.reshape(-1)
    if count and not 0 <= int(values.min()) <= int(values.max()) <= MAX_LABEL:
        raise DataError(f"labels '{key}' must lie in 0..{MAX_LABEL}")
    return Labels(tuple(int(value) for value in values), source=key)


def _from_csv(path: Path, folder: Path, files: Sequence[str]) -> Labels:
    labels: dict[str, int] = {}
    classes: dict[int, str] = {}
    try:
        for name, label, class_name in _rows(path):
            labels[name] = label
            if class_name:
                classes[label] = class_name
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path.name} cannot be read as csv text ({error})") from error
    start = os.path.relpath(folder, path.parent)
    values = tuple(labels.get(os.path.normpath(f"{start}/{file}")) for file in files)
    known = sum(value is not None for value in values)
    if not known:
        return Labels(notes=(f"{path.name} names none of the images and is not used.",))
    missing = len(files) - known
    without = f"; {missing} of {len(files)} images have none" if missing else ""
    return Labels(
        values, _by_index(classes), path.name, (f"Labels come from {path.name}{without}.",)
    )


def _rows(path: Path) -> Iterator[tuple[str, int, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if not {"filename", "label_index"} <= set(reader.fieldnames or ()):
            raise DataError(
                f"{path.name} needs a first line with the columns filename,label_index, "
                f"found {','.join(reader.fieldnames or ()) or 'nothing'}"
            )
        for row in reader:
            name, text = row["filename"] or "", (row["label_index"] or "").strip()
            if not (text.isascii() and text.isdigit() and int(text) <= MAX_LABEL):
                raise DataError(
                    f"{path.name} line {reader.line_num}: label_index must be a number "
                    f"from 0 to {MAX_LABEL}, found '{text}'"
                )
            yield (
                os.path.normpath(name.strip().replace("\\", "/")),
                int(text),
                (row.get("class_name") or "").strip(),
            )


def _by_index(classes: dict[int, str]) -> tuple[str, ...]:
    if not classes:
        return ()
    return tuple(classes.get(index, str(index)) for index in range(max(classes) + 1))


def _from_folders(files: Sequence[str]) -> Labels:
    parents = [PurePosixPath(file).parent for file in files]
    classes = sorted({str(parent) for parent in parents})
    if len(classes) < 2 or any(len(parent.parts) != 1 for parent in parents):
        return Labels()
    index = {name: number for number, name in enumerate(classes)}
    note = f"Labels come from the {len(classes)} sub-folder names, numbered in sorted order."
    values = tuple(index[str(parent)] for parent in parents)
    return Labels(values, tuple(classes), "sub-folders", (note,))


def class_names(array: Array) -> tuple[str, ...]:
    """The texts of a `class_names` array; empty where it holds none."""
    return tuple(str(name) for name in np.ravel(array)) if array.dtype.kind == "U" else ()
