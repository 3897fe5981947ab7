"""Open data for a model's inputs, whatever it is stored as."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from quantengine.data.array_file import ArrayHeader
from quantengine.data.dataset import Dataset
from quantengine.data.evenly import evenly
from quantengine.data.input import Input
from quantengine.data.intake import Intake
from quantengine.data.labels import array_labels
from quantengine.data.mapping import Mapped
from quantengine.data.open_array import open_archive, open_npy, open_raw, rows_of
from quantengine.data.open_folder import open_folder, open_images
from quantengine.data.open_table import open_table
from quantengine.data.options import DataOptions
from quantengine.data.sounds import open_sound
from quantengine.data.suffixes import ARCHIVE, IMAGES, NPY, RAW, SOUND, TABLES
from quantengine.errors import DataError
from quantengine.files import no_file
from quantengine.monitor import SILENT, Monitor
from quantengine.sentence import Sentence

__all__ = ["DataOptions", "in_memory", "open_data"]


def open_data(
    path: str | Path,
    inputs: Sequence[Input],
    options: DataOptions | None = None,
    *,
    classes: int | None = None,
    monitor: Monitor = SILENT,
) -> Dataset:
    """The samples of a folder or file for `inputs`; its notes are said through the monitor.

    `classes`: how many the model tells apart, None where that is not known; then sub-folders are
    labels only by number.

    Takes an image, .npy, .npz, numbers alone (.raw, .bin), a sound (.wav), a folder of any of
    them, a table (.csv, .tsv), an ONNX test_data_set folder or a folder of those. Raises DataError
    where that is not possible.
    """
    options = options or DataOptions()
    source = Path(path)
    _check_mapping(inputs, options)
    dataset = _cut(_opener(source)(source, Intake(tuple(inputs), options, classes)), options)
    dataset = replace(dataset, notes=(*dataset.notes, *_not_used(dataset, options)))
    for note in dataset.notes:
        monitor.say(note)
    return replace(dataset, takes_nan=any(spec.takes_nan for spec in inputs))


def in_memory(
    feeds: Mapping[str, ArrayLike],
    labels: Sequence[int] | None = None,
    inputs: Sequence[Input] | None = None,
) -> Dataset:
    """Samples from arrays whose first axis counts them; `inputs`, where given, check and convert.

    Raises DataError where the arrays differ in length or do not fit.
    """
    arrays = {name: np.asarray(values) for name, values in feeds.items()}
    if not arrays or any(array.ndim == 0 for array in arrays.values()):
        raise DataError("data in memory needs an array for each input, its first axis the samples")
    specs = inputs or [
        Input(name, array.dtype, (None, *array.shape[1:])) for name, array in arrays.items()
    ]
    if missing := [str(spec) for spec in specs if spec.name not in arrays]:
        raise DataError("data in memory has no array for input {0}", ", ".join(missing))
    count = len(next(iter(arrays.values())))
    found = None if labels is None else array_labels("labels", np.asarray(labels), count)
    headers = {name: ArrayHeader(array.shape, array.dtype) for name, array in arrays.items()}
    mapped = Mapped({spec.name: spec.name for spec in specs}, {})
    return rows_of(
        headers, arrays.__getitem__, tuple(specs), mapped, None, where="memory", labels=found
    )


_Opener = Callable[[Path, Intake], Dataset]


def _opener(path: Path) -> _Opener:
    try:
        if path.is_dir():
            return open_folder
        if not path.exists():
            raise DataError("data '{0}' does not exist", path)
        if (why := no_file(path)) is not None:
            raise DataError("data '{0}' cannot be read ({1})", path, why)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError("data '{0}' cannot be read ({1})", path, reason) from error
    kinds: tuple[tuple[tuple[str, ...], _Opener], ...] = (
        ((NPY,), open_npy),
        ((ARCHIVE,), open_archive),
        (IMAGES, open_images),
        (RAW, open_raw),
        ((SOUND,), open_sound),
        (TABLES, open_table),
    )
    suffix = path.suffix.lower()
    opener = next((opener for suffixes, opener in kinds if suffix in suffixes), None)
    if opener is None:
        raise DataError(
            "data '{0}' is not usable: give images, arrays (.npz, .npy, .raw, .bin), sounds "
            "(.wav) or a folder of them, a table (.csv, .tsv), or an ONNX test_data_set folder",
            path,
        )
    return opener


def _check_mapping(inputs: Sequence[Input], options: DataOptions) -> None:
    names = [spec.name for spec in inputs]
    for name in (*options.mapping, *options.inputs):
        if name not in names:
            raise DataError(
                "the model has no input '{0}': its inputs are {1}", name, ", ".join(names)
            )


def _not_used(dataset: Dataset, options: DataOptions) -> list[str]:
    """What was said of files that these are not."""
    said = [word for word in ("stored", "rate", "frames") if getattr(options, word) is not None]
    return [
        Sentence("What was said of {0} is not used: this data takes no such setting.", word)
        for word in said
        if word not in dataset.description
    ]


def _cut(dataset: Dataset, options: DataOptions) -> Dataset:
    chosen = chosen_of(len(dataset), options)
    return dataset if len(chosen) == len(dataset) else dataset.subset(chosen)


def chosen_of(count: int, options: DataOptions) -> Sequence[int]:
    """The places of the samples that are wanted of so many; raises DataError where none is left."""
    chosen = range(count)[options.start : options.stop]
    if options.limit is not None:
        if options.limit < 1:
            raise DataError("the limit of samples must be at least 1, not {0}", options.limit)
        if options.limit < len(chosen):
            return [chosen[place] for place in evenly(len(chosen), options.limit)]
    if not chosen:
        raise DataError(
            "no sample is left: samples {0} to {1} were asked for, the data has {2}",
            options.start or 0,
            options.stop or "the end",
            count,
        )
    return chosen
