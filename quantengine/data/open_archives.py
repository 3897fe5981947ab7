"""Open folders of .npz files, each of them a sample."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from quantengine.data import guess
from quantengine.data.array_file import ArrayArchive, ArrayHeader, archive_headers
from quantengine.data.dataset import Array, Dataset
from quantengine.data.evenly import evenly
from quantengine.data.input import lacks_batch
from quantengine.data.intake import Intake
from quantengine.data.mapping import Mapped, map_arrays
from quantengine.data.records import Archives
from quantengine.data.roles import Stored, roles
from quantengine.data.table import IMAGE_ROW, in_batches
from quantengine.errors import DataError

HEADERS_TRIED = 20
_FILES_LOOKED_AT = 16


def open_archives(folder: Path, files: tuple[str, ...], intake: Intake) -> Dataset:
    """Raises DataError where the first file that can be read does not fit."""
    if intake.options.labels is not None:
        raise DataError("labels are not read from a folder of .npz files: leave labels out")
    paths = tuple(folder / file for file in files)
    headers, where = _first_headers(paths)
    mapped = map_arrays(headers, intake.inputs, intake.options, where, rows=False)
    parts, rows = record_parts(headers, mapped, intake, partial(_look, paths))
    description = described("npz files", folder, mapped)
    return in_batches(Archives(names=files, description=description, paths=paths, **parts), rows)


def record_parts(
    headers: Mapping[str, ArrayHeader],
    mapped: Mapped,
    intake: Intake,
    look: Callable[[str], Iterator[Array]],
) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    """What `Recorded` datasets have in common, and the shape of a row of each input.

    `look` gives some arrays of a key.
    """
    stored = {
        name: Stored(
            key, headers[key].dtype, guess.image_row(headers[key].shape), partial(look, key)
        )
        for name, key in mapped.keys.items()
    }
    inputs = intake.inputs
    found = roles(inputs, stored, intake.options)
    rows = {
        name: IMAGE_ROW if name in found.images else headers[key].shape
        for name, key in mapped.keys.items()
    }
    joined = (s.name for s in inputs if s.name in rows and lacks_batch(rows[s.name], s))
    parts = {
        "preprocessing": found.images,
        "notes": mapped.notes + found.notes,
        "inputs": inputs,
        "keys": mapped.keys,
        "constants": mapped.constants,
        "joined": frozenset(joined),
        "masks": found.masks,
        "floats": frozenset(name for name in stored if stored[name].dtype.kind == "f"),
    }
    return parts, rows


def described(kind: str, folder: Path, mapped: Mapped) -> dict[str, Any]:
    """What the files of a folder are."""
    return {
        "kind": kind,
        "source": folder_name(folder),
        "mapping": mapped.to_json(),
        "labels": None,
    }


def folder_name(path: Path) -> str:
    """Also of `.`."""
    return Path(os.path.abspath(path)).name  # noqa: PTH100 - resolve() would leave a linked folder


def some(count: int) -> list[int]:
    """Places of a few of so many files, evenly spaced."""
    return evenly(count, _FILES_LOOKED_AT)


def _look(paths: Sequence[Path], key: str) -> Iterator[Array]:
    """The array of some files; bad ones are told when their turn comes."""
    for index in some(len(paths)):
        with suppress(DataError):
            archive = ArrayArchive(paths[index])
            if key in archive.headers and archive.headers[key].dtype == np.uint8:
                yield archive.read(key)


def _first_headers(paths: Sequence[Path]) -> tuple[dict[str, ArrayHeader], str]:
    reasons: list[DataError] = []
    for path in paths[:HEADERS_TRIED]:
        try:
            return archive_headers(path), path.name
        except DataError as error:
            reasons.append(error)
    raise reasons[0]
