"""Open arrays: .npy, .npz, and arrays in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from quantengine.data.array_file import ArrayArchive, ArrayHeader, NpyFolder, npy_rows
from quantengine.data.column import Column, MaskRows, PixelRows, Rows
from quantengine.data.dataset import Array, Dataset, shape_text
from quantengine.data.evenly import evenly
from quantengine.data.file_rows import FileRows
from quantengine.data.input import Input
from quantengine.data.intake import Intake
from quantengine.data.label_file import UnfitLabels
from quantengine.data.labels import Labels, array_labels, class_names
from quantengine.data.mapping import Mapped, map_arrays, said_mapping
from quantengine.data.options import DataOptions
from quantengine.data.raw_file import raw_rows, stored_for
from quantengine.data.roles import Roles, Stored, roles
from quantengine.data.suffixes import NPY
from quantengine.data.table import IMAGE_ROW, MOST_SAMPLES, Table, in_batches, too_many
from quantengine.errors import DataError

NAME_DIGITS = 6

_LOOKED_AT = 256

_WORDS = ("images", "image", "inputs", "input", "data")


class Arrays(Protocol):
    """Arrays by key whose first axis counts samples."""

    @property
    def path(self) -> Path: ...

    @property
    def headers(self) -> Mapping[str, ArrayHeader]: ...

    def read(self, key: str) -> Array | FileRows:
        """Raises DataError naming file and key."""
        ...


def open_npy(path: Path, intake: Intake) -> Dataset:
    """Rows of an .npy file, read from disk as they are asked for."""
    return _open_one(path, npy_rows(path), intake)


def open_raw(path: Path, intake: Intake) -> Dataset:
    """Samples of a file of numbers alone, one after the other."""
    _, constants = said_mapping(intake.options, {})
    inputs = intake.inputs
    fed = next((spec for spec in inputs if spec.name not in constants), inputs[0])
    stored, notes = stored_for(fed, intake.options.stored)
    found = _open_one(path, raw_rows(path, stored), intake, *notes)
    return replace(found, description={**found.description, "stored": stored.said})


def _open_one(
    path: Path,
    array: Array | FileRows,
    intake: Intake,
    *notes: str,
) -> Dataset:
    inputs, options = intake.inputs, intake.options
    if options.labels is not None:
        raise DataError("{0} holds one array: labels need an .npz with a key for them", path.name)
    headers = {path.stem: ArrayHeader(array.shape, array.dtype)}
    mapped = map_arrays(headers, inputs, options, path.name)
    mapped = replace(mapped, notes=(*mapped.notes, *notes))
    return rows_of(headers, lambda _: array, inputs, mapped, options, where=path.name)


def open_archive(path: Path, intake: Intake) -> Dataset:
    """Rows of the arrays of an .npz."""
    return open_rows(ArrayArchive(path), intake)


def names_inputs(files: Sequence[str], intake: Intake) -> bool:
    """Whether .npy files are called as the inputs are, or as was mapped: an .npz unpacked."""
    keys, constants = said_mapping(intake.options, {})
    wanted = {
        keys.get(spec.name, spec.name) for spec in intake.inputs if spec.name not in constants
    }
    return bool(wanted) and all(f"{key}{NPY}" in files for key in wanted)


def open_unpacked(
    folder: Path,
    files: Sequence[str],
    intake: Intake,
) -> Dataset:
    """Rows of the .npy files of a folder, each the array of an input."""
    keys = tuple(file.removesuffix(NPY) for file in files if "/" not in file)
    return open_rows(NpyFolder(folder, keys), intake)


def open_rows(arrays: Arrays, intake: Intake) -> Dataset:
    """Rows of arrays, and the labels among them."""
    where, inputs, options = arrays.path.name, intake.inputs, intake.options
    mapped = map_arrays(arrays.headers, inputs, options, where)
    labels = _archive_labels(arrays, mapped, intake)
    return rows_of(arrays.headers, arrays.read, inputs, mapped, options, where=where, labels=labels)


def rows_of(
    headers: Mapping[str, ArrayHeader],
    read: Callable[[str], Array | FileRows],
    inputs: tuple[Input, ...],
    mapped: Mapped,
    options: DataOptions | None,
    *,
    where: str,
    labels: Labels | None = None,
) -> Dataset:
    """A dataset whose samples are the rows of arrays.

    Images among them are preprocessed, unless `options` is None: then values stay as they are.
    Raises DataError where the arrays differ in length.
    """
    labels = labels or Labels()
    headers, read = _samples_first(headers, read, inputs, mapped)
    count = _count(headers, mapped, where)
    stored = {
        name: Stored(key, headers[key].dtype, headers[key].shape[1:], partial(_look, read, key))
        for name, key in mapped.keys.items()
    }
    found = Roles() if options is None else roles(inputs, stored, options)
    columns = {name: _column(name, partial(read, key), found) for name, key in mapped.keys.items()}
    rows = {name: IMAGE_ROW if name in found.images else stored[name].row for name in mapped.keys}
    table = Table(
        names=_names(next(iter(mapped.keys.values())), count),
        description={
            "kind": "arrays",
            "source": where,
            "mapping": mapped.to_json(),
            "labels": labels.source,
        },
        preprocessing=found.images,
        labels=labels.values,
        classes=labels.classes,
        notes=(*mapped.notes, *labels.notes, *found.notes),
        inputs=inputs,
        columns=columns,
        constants=mapped.constants,
    )
    return in_batches(table, rows)


def _column(name: str, read: Callable[[], Array | FileRows], found: Roles) -> Column:
    if name in found.images:
        return PixelRows(read, found.images[name])
    return MaskRows(read) if name in found.masks else Rows(read)


def _look(read: Callable[[str], Array | FileRows], key: str) -> Iterator[Array]:
    """Some rows, evenly spaced."""
    array = read(key)
    for index in evenly(len(array), _LOOKED_AT):
        yield np.asarray(array[index])


def _samples_first(
    headers: Mapping[str, ArrayHeader],
    read: Callable[[str], Array | FileRows],
    inputs: tuple[Input, ...],
    mapped: Mapped,
) -> tuple[Mapping[str, ArrayHeader], Callable[[str], Array | FileRows]]:
    """Arrays whose first axis counts samples, also of those that lie as the network takes them.

    That is told by first axes of different lengths, where those of the batch have one.
    """
    keys = {mapped.keys[s.name]: s.batch_axis or 0 for s in inputs if s.name in mapped.keys}
    shapes = {key: headers[key].shape for key in keys}
    lengths = {
        shape[axis : axis + 1] for shape, axis in zip(shapes.values(), keys.values(), strict=True)
    }
    whole = all(
        len(shapes[mapped.keys[s.name]]) == len(s.shape or ()) for s in inputs if s.batch_axis
    )
    if len({shape[:1] for shape in shapes.values()}) < 2 or len(lengths) > 1 or not whole:
        return headers, read
    moved = {
        key: replace(headers[key], shape=(shape[axis], *shape[:axis], *shape[axis + 1 :]))
        for (key, shape), axis in zip(shapes.items(), keys.values(), strict=True)
    }
    return {**headers, **moved}, lambda key: _along(read(key), keys.get(key, 0))


def _along(array: Array | FileRows, axis: int) -> Array | FileRows:
    return array.along(axis) if isinstance(array, FileRows) else np.moveaxis(array, axis, 0)


def _count(headers: Mapping[str, ArrayHeader], mapped: Mapped, where: str) -> int:
    lengths = {key: headers[key].shape[:1] for key in mapped.keys.values()}
    if not lengths:
        raise DataError("every input is a constant: map at least one to an array of {0}", where)
    if () in lengths.values() or len(set(lengths.values())) > 1:
        listed = ", ".join(f"{key} {shape_text(headers[key].shape)}" for key in lengths)
        raise DataError("the arrays of {0} hold different numbers of rows: {1}", where, listed)
    (count,) = next(iter(lengths.values()))
    if not count:
        raise DataError("{0} is empty: array '{1}' has no rows", where, next(iter(lengths)))
    if count > MOST_SAMPLES:
        raise too_many(where, count)
    return count


def _names(key: str, count: int) -> tuple[str, ...]:
    digits = max(NAME_DIGITS, len(str(count - 1)))
    return tuple(f"{key}[{index:0{digits}d}]" for index in range(count))


def _archive_labels(archive: Arrays, mapped: Mapped, intake: Intake) -> Labels:
    first = next(iter(mapped.keys.values()), "")
    count = archive.headers[first].shape[0] if first and archive.headers[first].shape else 0
    options = intake.options
    key = options.labels or _label_key(archive.headers, first, count)
    if key is None:
        return Labels()
    if key not in archive.headers:
        raise DataError(
            "{0} holds no labels '{1}': it holds {2}",
            archive.path.name,
            key,
            ", ".join(archive.headers),
        )
    has_names = "class_names" in archive.headers
    names = class_names(np.asarray(archive.read("class_names"))) if has_names else ()
    try:
        found = array_labels(key, np.asarray(archive.read(key)), count, names, intake.classes)
    except UnfitLabels as error:
        if options.labels:
            raise
        return Labels(notes=(f"{str(error).capitalize()}: they are not used.",))
    guessed = f"Labels come from array '{key}' (guessed from its name)."
    return found if options.labels else replace(found, notes=(guessed,))


def _label_key(headers: Mapping[str, ArrayHeader], first: str, count: int) -> str | None:
    beside = [first.removesuffix(word) + "labels" for word in _WORDS if first.endswith(word)]
    kinds = "iuU" if "class_names" in headers else "iu"
    for key in (*beside, "labels"):
        header = headers.get(key)
        if header is not None and header.dtype.kind in kinds and header.shape == (count,):
            return key
    return None
