"""The samples that suffer most, with what the float and the quantized network say of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.dataset import Sample
from quantengine.data.preprocessing import Preprocessing
from quantengine.data.preview import preview
from quantengine.runtime import Tensors
from quantengine.sentence import Sentence
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference
from quantengine.verdict.tasks.classification import named_class
from quantengine.verdict.tasks.drawing import Pixels, coloured
from quantengine.verdict.tasks.measure import DECIBELS
from quantengine.verdict.tasks.task import Reader

_DRAWN = 512
"""Values of a curve: more are thinned."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a network says of a sample: a few words, and a picture `[H, W, 3]`, where there is one
    to draw into, or a curve of its first output.
    """

    text: str
    picture: Pixels | None
    curve: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class WorstSample:
    """A sample by name, and by its `place` among those that were judged.

    `figure` is its own one of the task (None: there is none), `db` that of its worst slice.
    `changed`: the figure is not the best there is, as it is where both networks say the same.
    """

    name: str
    place: int
    figure: float | None
    db: float
    reference: Answer
    candidate: Answer
    changed: bool = False

    def to_json(self) -> dict[str, Any]:
        """A JSON object of name, figures and words."""
        return {
            "name": self.name,
            "figure": self.figure,
            "db": self.db if math.isfinite(self.db) else None,
            "reference": self.reference.text,
            "candidate": self.candidate.text,
        }


@dataclass(frozen=True)
class Suffering:
    """How much one sample lost: by the figure of the task first, then by the worst slice."""

    place: int
    loss: float
    db: float
    figure: float | None
    changed: bool = False


def ranked(reference: Reference, records: Sequence[Record]) -> list[Suffering]:
    """The samples, worst first."""
    found = [_suffering(reference, record) for record in records]
    return sorted(found, key=lambda each: (-each.loss, each.db, each.place))


def _suffering(reference: Reference, record: Record) -> Suffering:
    decibels = reference.verdict([record]).worst_db
    decibels = math.inf if math.isnan(decibels) else decibels
    taken, figure = reference.reading.taken, None
    if taken is not None and record.task is not None:
        measure = next(m for m in taken.reader.measures if m.name == taken.follows)
        marks = record.task.candidate.get(measure.name)
        value = math.nan if marks is None else measure.alone(marks)
        if not math.isnan(value) and measure.perfect is not None:
            if measure.unit == DECIBELS:
                return Suffering(record.place, -value, decibels, value)
            loss = abs(measure.perfect - value)
            return Suffering(record.place, loss, decibels, value, loss > 0)
    return Suffering(record.place, -math.inf, decibels, figure)


def answered(
    sufferings: Sequence[Suffering],
    load: Callable[[int], Sample],
    runs: tuple[Callable[[Sample], Tensors], Callable[[Sample], Tensors]],
    reader: Reader | None,
    used: Mapping[str, Preprocessing],
    classes: Sequence[str] = (),
) -> tuple[WorstSample, ...]:
    """With what both networks (`runs`: float, quantized) say; `load` gives a place's sample.

    `classes`: names of those that have one, by number.
    """
    found = []
    for each in sufferings:
        sample = load(each.place)
        picture = preview(sample.feeds, used)
        said = (_answer(run(sample), reader, picture) for run in runs)
        ours, theirs = (replace(one, text=named_class(one.text, classes)) for one in said)
        told = (sample.name, each.place, each.figure, each.db)
        found.append(WorstSample(*told, ours, theirs, each.changed))
    return tuple(found)


def _answer(outputs: Tensors, reader: Reader | None, picture: Pixels | None) -> Answer:
    first = next((v for v in outputs.values() if v.size), np.zeros(0, np.float32))
    flat = first.reshape(-1)
    curve = flat[:: max(1, -(-flat.size // _DRAWN))].astype(np.float32)
    if reader is None:
        return Answer("", None if picture is None else coloured(picture), curve)
    if not reader.can_read(outputs):
        return Answer(Sentence("nothing"), None if picture is None else coloured(picture), curve)
    return Answer(reader.says(outputs), reader.drawn(outputs, picture), curve)
