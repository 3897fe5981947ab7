"""Open folders: what lies in one decides how it is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from quantengine.counted import counted
from quantengine.data import guess, image
from quantengine.data.array_file import archive_headers
from quantengine.data.column import ImageFiles
from quantengine.data.contents import TEST_SET, contents, suffix_of
from quantengine.data.dataset import Dataset
from quantengine.data.input import Input
from quantengine.data.intake import Intake
from quantengine.data.labels import image_labels
from quantengine.data.mapping import map_arrays, said_mapping
from quantengine.data.open_archives import HEADERS_TRIED, folder_name, open_archives
from quantengine.data.open_array import names_inputs, open_archive, open_unpacked
from quantengine.data.open_array_files import open_array_files
from quantengine.data.records import TestSets
from quantengine.data.roles import check_constants, unused
from quantengine.data.sounds import open_sounds
from quantengine.data.suffixes import IMAGES, NPY, SOUND
from quantengine.data.table import IMAGE_ROW, Table, in_batches
from quantengine.errors import DataError
from quantengine.sentence import Sentence

_TEXTS = (".csv", ".txt", ".json", ".md", ".xml", ".yaml", ".yml")


def open_folder(path: Path, intake: Intake) -> Dataset:
    """The samples of a folder, told by what lies in it; raises DataError where nothing fits."""
    found = contents(path)
    if found.test_sets:
        return _test_sets(path, found.test_sets, intake)
    if found.images:
        return _images(path, found.images, intake, _left_out(found.files))
    if found.archives:
        only = path / found.archives[0]
        if len(found.archives) == 1 and _holds_rows(only, intake):
            return open_archive(only, intake)
        return open_archives(path, found.archives, intake)
    if found.arrays:
        return _array_files(path, found.arrays, intake)
    what = Sentence("is empty")
    if found.files:
        what = Sentence("holds {0}, none usable", counted(len(found.files), "file"))
    raise DataError(
        "folder '{0}' {1}: it needs images, .npz, .npy, .raw or .bin files, sounds (.wav), or "
        "{2}* folders",
        path,
        what,
        TEST_SET,
    )


def _array_files(
    path: Path,
    files: tuple[str, ...],
    intake: Intake,
) -> Dataset:
    suffix = Path(files[0]).suffix.lower()
    if suffix == SOUND:
        return open_sounds(path, files, intake)
    if suffix == NPY and names_inputs(files, intake):
        return open_unpacked(path, files, intake)
    return open_array_files(path, files, intake)


def open_images(path: Path, intake: Intake) -> Dataset:
    """One image file as a dataset."""
    return _images(path.parent, (path.name,), intake)


def _images(
    folder: Path,
    files: tuple[str, ...],
    intake: Intake,
    left: tuple[str, ...] = (),
) -> Dataset:
    inputs, options = intake.inputs, intake.options
    if options.images is not None:
        raise DataError(
            "images: {0} names an array, but '{1}' holds images", options.images, folder
        )
    keys, constants = said_mapping(options, {})
    if keys:
        name, key = next(iter(keys.items()))
        raise DataError("{0}={1} names an array, but '{2}' holds images", name, key, folder)
    spec = _image_spec(inputs, tuple(constants))
    tried = [folder / file for file in files[:HEADERS_TRIED]]
    check_constants((other.name for other in inputs if other is not spec), options)
    said = options.of(spec.name, first=True)
    prepared, notes = guess.preprocessing(spec, said, _first_shape(tried))
    labels = image_labels(folder, files, options.labels, intake.classes)
    table = Table(
        names=files,
        description={
            "kind": "images",
            "source": folder_name(folder),
            "mapping": {spec.name: "images", **constants},
            "labels": labels.source,
        },
        preprocessing={spec.name: prepared},
        labels=labels.values,
        classes=labels.classes,
        notes=(*notes, *left, *_only_first(tried), *labels.notes),
        inputs=inputs,
        columns={spec.name: ImageFiles(folder, files, prepared)},
        constants=constants,
    )
    return in_batches(table, {spec.name: IMAGE_ROW})


def _only_first(paths: Sequence[Path]) -> tuple[str, ...]:
    """What is said where files hold pages, or move."""
    several = [path for path in paths if _pictures(path) > 1]
    if not several:
        return ()
    return (
        Sentence(
            "Of files that hold several pictures, such as {0}, the first is taken.", several[0].name
        ),
    )


def _pictures(path: Path) -> int:
    try:
        return image.pictures(path)
    except DataError:
        return 0  # told when its turn comes


def _left_out(files: Sequence[str]) -> tuple[str, ...]:
    """What of a folder of images is neither an image that can be read nor a text beside them."""
    known = {*IMAGES, *_TEXTS}
    suffixes = map(suffix_of, files)
    left = [suffix for suffix in suffixes if suffix not in known]
    if not left:
        return ()
    kinds = ", ".join(sorted({suffix or "no suffix" for suffix in left}))
    return (
        f"{len(left)} of {len(files)} files are left out, being no images that can be read "
        f"({kinds}).",
    )


def _image_spec(inputs: Sequence[Input], mapped: Sequence[str]) -> Input:
    left = [spec for spec in inputs if spec.name not in mapped]
    taking = [spec for spec in left if guess.image_input(spec) is not None]
    if not taking:
        listed = ", ".join(str(spec) for spec in left) or "all of them are mapped"
        raise DataError(
            "no input takes images of 1 or 3 channels ({0}): give .npy or .npz data", listed
        )
    others = [spec for spec in left if spec is not taking[0]]
    if others:
        raise DataError(
            "images feed input {0}, but nothing feeds input {1}: give a constant, map {2}=0, or "
            ".npz data",
            taking[0],
            others[0],
            others[0].name,
        )
    return taking[0]


def _first_shape(paths: Sequence[Path]) -> tuple[int, ...] | None:
    for path in paths:
        try:
            width, height = image.size(path)
        except DataError:
            continue
        return height, width, 3
    return None


def _holds_rows(path: Path, intake: Intake) -> bool:
    """Whether an .npz holds many images one below the other, and is not a sample itself."""
    try:
        headers = archive_headers(path)
        mapped = map_arrays(headers, intake.inputs, intake.options, path.name)
    except (DataError, OSError):
        return False  # told where the file is read as a sample
    images = [
        spec
        for spec in intake.inputs
        if spec.fixed_batch in (None, 1) and len(spec.shape or ()) == 4
    ]
    shapes = [headers[mapped.keys[spec.name]].shape for spec in images if spec.name in mapped.keys]
    return any(len(shape) == 4 and shape[0] > 1 for shape in shapes)


def _test_sets(folder: Path, sets: tuple[Path, ...], intake: Intake) -> Dataset:
    inputs, options = intake.inputs, intake.options
    if options.images or options.labels or options.mapping:
        raise DataError(
            "ONNX test data has its inputs in order: name no images, no labels and no mapping"
        )
    check_constants((spec.name for spec in inputs), options)
    return TestSets(
        names=tuple(folder_name(path) for path in sets),
        description={
            "kind": "test_data_set",
            "source": folder_name(folder),
            "mapping": {spec.name: f"input_{k}.pb" for k, spec in enumerate(inputs)},
            "labels": None,
        },
        notes=unused(options),
        inputs=inputs,
        paths=sets,
    )
