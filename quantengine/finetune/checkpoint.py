"""A training run on disk: arrays in an .npz, never pickled."""

from __future__ import annotations

import json
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.dataset import Dataset
from quantengine.errors import QuantError
from quantengine.files import ordinary, whole_file
from quantengine.finetune.deltas import Deltas
from quantengine.finetune.outcome import Point
from quantengine.finetune.settings import Settings
from quantengine.graph.model import FloatModel
from quantengine.record import Misread, parsed, record
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.encodings import Encodings
from quantengine.verdict.judge import BY_WORST, Judge

_VERSION = 3
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, IndexError, Misread)

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Where a run stands after `step` steps.

    `run` says what is trained how (see `run_name`): only the same run may go on. `lesson` is the
    part of it that is known before any statistics.
    `optimizer` holds the optimizer's tensors by parameter and part; `deltas` are by quantizer,
    `measured` those of the last time; `points` are the curve so far, `losses` the sum and count
    since the last one.
    """

    run: str
    lesson: str
    step: int
    state: Arrays
    optimizer: Arrays
    best: Arrays
    deltas: Mapping[str, float]
    measured: Deltas | None
    points: tuple[Point, ...]
    losses: tuple[float, float]

    def save(self, path: Path) -> None:
        """Writes the file whole or not at all; raises QuantError where that is not possible."""
        about = {
            "version": _VERSION,
            "run": self.run,
            "lesson": self.lesson,
            "step": self.step,
            "deltas": dict(self.deltas),
            "measured": None if self.measured is None else asdict(self.measured),
            "points": [asdict(point) for point in self.points],
            "losses": self.losses,
        }
        groups = (("state", self.state), ("optimizer", self.optimizer), ("best", self.best))
        arrays = {f"{group}/{name}": a for group, found in groups for name, a in found.items()}
        everything: dict[str, Any] = {"about": np.array(json.dumps(about)), **arrays}
        with whole_file(path) as beside, beside.open("wb") as file:
            np.savez(file, **everything)

    @classmethod
    def load(cls, path: Path, run: str) -> Checkpoint:
        """The checkpoint at `path`; raises QuantError where it is damaged or of another run."""
        with _reading(path) as (about, arrays):
            if about["run"] == run:
                return cls(
                    run,
                    str(about["lesson"]),
                    int(about["step"]),
                    state=_group(arrays, "state"),
                    optimizer=_group(arrays, "optimizer"),
                    best=_group(arrays, "best"),
                    deltas={str(k): float(v) for k, v in about["deltas"].items()},
                    measured=_measured(about["measured"]),
                    points=tuple(Point(**row) for row in about["points"]),
                    losses=(float(about["losses"][0]), float(about["losses"][1])),
                )
        raise _another(path)


def _measured(stored: object) -> Deltas | None:
    return None if stored is None else record(Deltas, stored)


def refuse_other(path: Path, dataset: Dataset, settings: Settings) -> None:
    """Raises QuantError for a damaged checkpoint and for one of other data or settings."""
    with _reading(path) as (about, _):
        same = about["lesson"] == lesson_name(dataset, settings)
    if not same:
        raise _another(path)


@contextmanager
def _reading(path: Path) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    try:
        with ordinary(path).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            about = parsed(str(arrays["about"]))
            if about["version"] != _VERSION:
                raise _another(path)
            yield about, arrays
    except (*_DAMAGED, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuantError(
            "The checkpoint {0} cannot be read: delete it or choose another name.", path
        ) from error


def _group(arrays: Mapping[str, Any], group: str) -> Arrays:
    start = f"{group}/"
    return {name.removeprefix(start): arrays[name] for name in arrays if name.startswith(start)}


def _another(path: Path) -> QuantError:
    return QuantError(
        "The checkpoint {0} belongs to another model, plan, data or settings, or to other "
        "statistics: delete it or choose another name.",
        path,
    )


def run_name(
    model: FloatModel,
    resolution: Resolution,
    dataset: Dataset,
    judging: tuple[int, ...],
    settings: Settings,
    judge: Judge = BY_WORST,
) -> str:
    """What is trained how, as a hash: all that a run's course depends on."""
    kept_by = (judge.follows, "" if judge.metric is None else judge.metric.digest)
    parts = (lesson_name(dataset, settings), model.digest, resolution.plan, judging, kept_by)
    found = sha256("\n".join(map(repr, parts)).encode())
    for name, array in _start(resolution.encodings):
        found.update(f"{name} {array.dtype} {array.shape}".encode() + array.tobytes())
    return found.hexdigest()


def lesson_name(dataset: Dataset, settings: Settings) -> str:
    """What teaches and how, as a hash."""
    parts = (dataset.describe(), dataset.names, dataset.labels, settings.to_text())
    return sha256("\n".join(map(repr, parts)).encode()).hexdigest()


def _start(encodings: Encodings) -> Iterator[tuple[str, NDArray[Any]]]:
    """The ranges, codes and biases that statistics or recovery gave."""
    kinds = (("activation", encodings.activations), ("weight", encodings.weights))
    for kind, found in kinds:
        for name, encoding in sorted(found.items()):
            yield f"{kind} scale {name}", encoding.scale
            yield f"{kind} zero point {name}", encoding.zero_point
    others = (("codes", encodings.codes), ("bias", encodings.biases))
    for kind, arrays in (*others, ("constant", encodings.constants)):
        for name, array in sorted(arrays.items()):
            yield f"{kind} {name}", array
