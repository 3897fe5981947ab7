"""What is right for the samples of a dataset, in the form that their task asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from quantengine.data import image
from quantengine.data.dataset import Dataset
from quantengine.data.preprocessing import Placement, Preprocessing
from quantengine.data.truth.boxes import Images, read_boxes
from quantengine.data.truth.masks import read_masks
from quantengine.data.truth.pairs import read_pairs
from quantengine.data.truth.pictures import read_pictures
from quantengine.data.truth.steps import read_steps
from quantengine.data.truth.texts import read_texts
from quantengine.errors import DataError
from quantengine.monitor import SILENT, Monitor

TRUTHS = {
    "detection": "a COCO .json or a folder of YOLO .txt files",
    "segmentation": "a folder of mask images",
    "text": "a .csv or .txt of texts",
    "generation": "a .csv or .txt of tokens, one a step",
    "embedding": "a .csv of first,second,score",
    "sequence": "a .csv or .txt of classes, one a step",
    "dense": "a folder of pictures",
}
"""What each task takes; classes of classification are labels of the data itself."""


def open_truth(
    path: Path, task: str, dataset: Dataset, data: Path, *, monitor: Monitor = SILENT
) -> Mapping[str, object]:
    """What is right for each sample by its name; `data` is where the samples were opened from.

    Raises DataError where that is of another task, cannot be read, or fits no sample.
    """
    if task not in TRUTHS:
        raise DataError("{0} is not used: there are no labels for the task {1}", path.name, task)
    if not path.exists():
        raise DataError("labels '{0}' do not exist", path)
    wants_folder = task in ("segmentation", "dense") or (
        task == "detection" and path.suffix != ".json"
    )
    is_text = path.suffix.lower() in (".csv", ".txt", ".tsv")
    fits = path.is_dir() if wants_folder else path.is_file() and (task == "detection" or is_text)
    if not fits:
        raise DataError(
            "{0} are labels of another task: {1} takes {2}", path.name, task, TRUTHS[task]
        )
    if task == "detection":
        placements = [_placement(name, dataset, data) for name in dataset.names]
        return read_boxes(path, Images(dataset.names, placements), monitor)
    if task == "segmentation":
        return read_masks(path, dataset.names, _prepared(dataset))
    if task == "dense":
        return read_pictures(path, dataset.names)
    return _READ[task](path, dataset.names)


_READ: Mapping[str, Callable[[Path, Sequence[str]], Mapping[str, object]]] = {
    "text": read_texts,
    "generation": read_steps,
    "embedding": read_pairs,
    "sequence": read_steps,
}


def _prepared(dataset: Dataset) -> Preprocessing | None:
    return next(iter(dataset.preprocessing.values()), None)


def _placement(name: str, dataset: Dataset, data: Path) -> Placement:
    """Where shares of an image come to lie: of a file by its size, of an array by what it feeds."""
    used, file = _prepared(dataset) or Preprocessing(), data / name
    if data.is_dir() and file.is_file():
        wide, high = image.size(file)
        found = used.placement(wide, high)
        scale = (found.scale[0] * wide, found.scale[1] * high)
        return replace(found, scale=scale)
    fed = next(v for v in dataset.load(dataset.names.index(name)).feeds.values() if v.ndim == 4)
    high, wide = fed.shape[1:3] if used.layout == "nhwc" else fed.shape[2:4]
    return Placement((float(wide), float(high)), (0, 0), (wide, high))
