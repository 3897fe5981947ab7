"""What will happen with files that are dragged over the window, told before they are dropped."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quantengine.data.suffixes import DATA

from .autosaves import SUFFIX
from .text import in_line
from .translation import tr

MODEL_SUFFIX = ".onnx"


@dataclass(frozen=True)
class Dropped:
    """`text` says what will happen; `refused`: nothing will, and why."""

    text: str
    refused: bool = False
    model: Path | None = None
    data: Path | None = None
    project: Path | None = None


def dropped(paths: Sequence[Path], open_model: str | None) -> Dropped:
    """Of one file or folder, or of a model and its data; `open_model` is the name of what is open.

    What a file is called decides: it is read once it was dropped.
    """
    missing = next((path for path in paths if not os.access(path, os.R_OK)), None)
    if missing is not None:
        return Dropped(tr("{0} cannot be read.").format(in_line(missing.name)), refused=True)
    models = [path for path in paths if _is(path, MODEL_SUFFIX)]
    if len(paths) == 2 and len(models) == 1:
        data = next(path for path in paths if path is not models[0])
        if _is_data(data):
            text = tr("Open {0} with {1} as its data")
            names = in_line(models[0].name), in_line(data.name)
            return Dropped(text.format(*names), model=models[0], data=data)
    if len(paths) != 1:
        text = tr("Drop one model, project or folder of data, or a model with its data.")
        return Dropped(text, refused=True)
    return _single(paths[0], open_model)


def _single(path: Path, open_model: str | None) -> Dropped:
    name = in_line(path.name)
    if _is(path, SUFFIX):
        return Dropped(tr("Open the project {0}").format(name), project=path)
    if _is(path, MODEL_SUFFIX):
        return Dropped(tr("Open the model {0}").format(name), model=path)
    if not _is_data(path):
        text = tr(
            "{0} is no model (.onnx), project (.qscope), folder, image, sound, table or array."
        )
        return Dropped(text.format(name), refused=True)
    if open_model is None:
        text = tr("{0} is data: open a model first, or drop both together.")
        return Dropped(text.format(name), refused=True)
    return Dropped(tr("Use {0} as data for {1}").format(name, in_line(open_model)), data=path)


def _is(path: Path, suffix: str) -> bool:
    return path.suffix.lower() == suffix and not path.is_dir()


def _is_data(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() in DATA
