"""Open folders whose files hold one array each: .npy, or raw numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from quantengine.data.array_file import ArrayHeader, npy_rows
from quantengine.data.dataset import Array, Dataset
from quantengine.data.file_rows import FileRows
from quantengine.data.input import Input
from quantengine.data.intake import Intake
from quantengine.data.labels import image_labels
from quantengine.data.mapping import Mapped, said_mapping
from quantengine.data.open_archives import HEADERS_TRIED, described, record_parts, some
from quantengine.data.raw_file import Stored, read_raw, stored_for
from quantengine.data.records import ArrayFiles
from quantengine.data.suffixes import RAW
from quantengine.data.table import MOST_SAMPLES, in_batches, too_many
from quantengine.errors import DataError
from quantengine.sentence import Sentence

_Read = Callable[[Path, str], Array | FileRows]


@dataclass(frozen=True)
class _Found:
    """Samples: the name of each, the file that labels know, its path for every key and its row."""

    names: tuple[str, ...]
    files: tuple[str, ...]
    paths: Mapping[str, tuple[Path, ...]]
    places: tuple[int, ...] | None = None


def open_array_files(
    folder: Path,
    files: tuple[str, ...],
    intake: Intake,
) -> Dataset:
    """Each file is a sample of the one input, or in a folder named after its input.

    Where a file holds many rows for the one input, each is a sample. Raises DataError.
    """
    found, mapped = _files_of(folder, files, intake)
    stored, notes = _stored(found, mapped, intake)
    read = partial(_read, stored)
    headers = {key: _header(paths, key, read) for key, paths in found.paths.items()}
    if len(headers) == 1 and _holds_rows(headers, mapped, intake.inputs):
        found = _every_row(found, read)
        headers = {key: ArrayHeader(h.shape[1:], h.dtype) for key, h in headers.items()}
        notes = (*notes, Sentence("Every row of the files is a sample."))
    labels = image_labels(folder, found.files, intake.options.labels, intake.classes)
    mapped = replace(mapped, notes=(*notes, *labels.notes))
    parts, rows = record_parts(headers, mapped, intake, partial(_look, found.paths, read))
    description = {**described("array files", folder, mapped), "labels": labels.source}
    if stored:
        description["stored"] = ", ".join(sorted({each.said for each in stored.values()}))
    made = ArrayFiles(
        names=found.names,
        description=description,
        labels=labels.values,
        classes=labels.classes,
        paths=found.paths,
        places=found.places,
        read=read,
        **parts,
    )
    return in_batches(made, rows)


def _files_of(folder: Path, files: tuple[str, ...], intake: Intake) -> tuple[_Found, Mapped]:
    inputs, options = intake.inputs, intake.options
    keys, constants = said_mapping(options, {})
    left = [spec.name for spec in inputs if spec.name not in constants]
    chosen = {name: keys.get(name, name) for name in left}
    groups = {
        key: {file.removeprefix(f"{key}/"): file for file in files if file.startswith(f"{key}/")}
        for key in chosen.values()
    }
    if groups and all(groups.values()):
        names = _same_names(groups)
        paths = {key: tuple(folder / group[n] for n in names) for key, group in groups.items()}
        return _Found(names, names, paths), Mapped(chosen, constants)
    if len(left) != 1 or keys or options.images is not None:
        listed = ", ".join(f"'{key}'" for key in chosen.values())
        raise DataError(
            "folder '{0}' holds arrays in files of their own: put those of each input into a "
            "folder of its name ({1}), map inputs that stay the same to constants, or save each "
            "sample as .npz",
            folder,
            listed,
        )
    paths = {left[0]: tuple(folder / file for file in files)}
    return _Found(files, files, paths), Mapped({left[0]: left[0]}, constants)


def _same_names(groups: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    first, *others = groups
    for other in others:
        different = sorted(set(groups[first]) ^ set(groups[other]))
        if different:
            raise DataError(
                "folders '{0}' and '{1}' must hold files of the same names: only one of them "
                "holds '{2}'",
                first,
                other,
                different[0],
            )
    return tuple(sorted(groups[first]))


def _stored(
    found: _Found, mapped: Mapped, intake: Intake
) -> tuple[Mapping[str, Stored], tuple[Sentence, ...]]:
    """How raw files are read for each key that has some, and what was guessed."""
    stored, notes = dict[str, Stored](), list[Sentence]()
    for spec in intake.inputs:
        key = mapped.keys.get(spec.name)
        if key is None or not any(path.suffix.lower() in RAW for path in found.paths[key]):
            continue
        stored[key], guessed = stored_for(spec, intake.options.stored)
        notes += guessed
    return stored, tuple(notes)


def _read(stored: Mapping[str, Stored], path: Path, key: str) -> Array | FileRows:
    return read_raw(path, stored[key]) if path.suffix.lower() in RAW else npy_rows(path)


def _header(paths: Sequence[Path], key: str, read: _Read) -> ArrayHeader:
    """Of the first file that can be read."""
    reasons: list[DataError] = []
    for path in paths[:HEADERS_TRIED]:
        try:
            array = read(path, key)
        except DataError as error:
            reasons.append(error)
        else:
            return ArrayHeader(array.shape, array.dtype)
    raise reasons[0]


def _holds_rows(
    headers: Mapping[str, ArrayHeader], mapped: Mapped, inputs: tuple[Input, ...]
) -> bool:
    """Whether a file holds many samples, one below the other."""
    ((name, key),) = mapped.keys.items()
    spec, shape = next(s for s in inputs if s.name == name), headers[key].shape
    return len(shape) == len(spec.shape or ()) and spec.batch_axis == 0 and shape[0] > 1


def _every_row(found: _Found, read: _Read) -> _Found:
    """A file that cannot be read is one sample that fails."""
    ((key, paths),) = found.paths.items()
    rows = list[tuple[str, str, Path, int]]()
    for name, file, path in zip(found.names, found.files, paths, strict=True):
        count = 1
        with suppress(DataError):
            count = len(read(path, key))
        if len(rows) + count > MOST_SAMPLES:
            raise too_many(path.name, len(rows) + count)
        digits = len(str(max(count - 1, 0)))
        rows += [(f"{name}[{row:0{digits}d}]", file, path, row) for row in range(count)]
    names, files, chosen, places = zip(*rows, strict=True)
    return _Found(names, files, {key: chosen}, places)


def _look(paths: Mapping[str, Sequence[Path]], read: _Read, key: str) -> Iterator[Array]:
    """The array of some files; bad ones are told when their turn comes."""
    for index in some(len(paths[key])):
        with suppress(DataError):
            array = read(paths[key][index], key)
            if array.dtype == np.uint8:
                yield np.asarray(array)
