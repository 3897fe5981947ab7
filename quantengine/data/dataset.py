"""Named samples for a model's inputs, and the walk over them that survives a bad one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.oddities import Sameness, refuse_no_numbers
from quantengine.data.preprocessing import Preprocessing
from quantengine.errors import DataError, WrongSize
from quantengine.monitor import SILENT, Monitor
from quantengine.sentence import Sentence

Array = NDArray[Any]
Dimension = int | str | None

BAD_SHARE = 0.05
_LONGEST_SIDE, _MADE_UP = 16, "unk__"


def class_count(output: Sequence[Dimension] | None) -> int | None:
    """How many classes an output `[N, classes]` or `[N, classes, 1, ...]` tells apart.

    None for any other shape and where the number is open.
    """
    if output is None or len(output) < 2 or any(side != 1 for side in output[2:]):
        return None
    count = output[1]
    return count if isinstance(count, int) and count > 1 else None


@dataclass(frozen=True)
class Loop:
    """An input of `dtype` that takes what an output gave one step before.

    `shape`: what it is brought to, None: it stays as it is. `greedy`: the output holds scores, and
    the number of the best of the last ones is fed.
    """

    input: str
    output: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...] | None = None
    greedy: bool = False

    def fed(self, given: Array) -> Array:
        """What the input takes after the output gave `given`."""
        if self.greedy:
            given = given.reshape(-1, given.shape[-1])[-1].argmax()
        return np.asarray(given if self.shape is None else given.reshape(self.shape), self.dtype)


@dataclass(frozen=True, eq=False)
class Sample:
    """One run of the model: feeds with their batch axis, in the types of the inputs.

    A sequence has `steps`, each fed as the float network goes on from step to step; `loops` carry
    what another network gave itself, unless it is `forced` to begin each step as the float one
    does. `feeds` then holds all steps.
    """

    name: str
    feeds: Mapping[str, Array]
    label: int | None = None
    steps: tuple[Mapping[str, Array], ...] = ()
    loops: tuple[Loop, ...] = ()
    forced: bool = False

    @property
    def runs(self) -> tuple[Mapping[str, Array], ...]:
        """The feeds of each run."""
        return self.steps or (self.feeds,)

    @property
    def apart(self) -> tuple[Sample, ...]:
        """Each step of a sequence as a sample of its own, begun as the float network begins it."""
        if not self.steps:
            return (self,)
        return tuple(Sample(f"{self.name}, step {k}", feeds) for k, feeds in enumerate(self.steps))

    def shortened(self, steps: int) -> Sample:
        """Its first steps."""
        return replace(self, steps=self.steps[:steps]) if self.steps else self


@dataclass(frozen=True, eq=False, kw_only=True)
class Dataset(ABC):
    """Samples by index; `load` may be called from several threads at once.

    `names` sort as plain strings in index order. `preprocessing` has an entry for each input whose
    images are prepared. `notes` are the guesses made while opening, a sentence each. `labels` has
    an entry a sample, or is empty. `takes_nan` as in `Input`.
    """

    names: tuple[str, ...]
    description: Mapping[str, Any]
    preprocessing: Mapping[str, Preprocessing] = field(default_factory=dict)
    labels: tuple[int | None, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    takes_nan: bool = False

    def __len__(self) -> int:
        return len(self.names)

    @property
    def whole(self) -> int:
        """How many samples the data has that this is chosen from: what bad ones are a share of."""
        return len(self)

    @property
    def judged(self) -> Dataset:
        """What a network is judged on: whole sequences where the samples are steps of them."""
        return self

    @property
    def sequence_places(self) -> Sequence[int]:
        """Of each sample that is a step: the place of its sequence in `judged`; else nothing."""
        return ()

    @property
    def labelled(self) -> bool:
        return any(label is not None for label in self.labels)

    def load(self, index: int) -> Sample:
        """The sample; raises DataError that begins with its name, also for values no numbers."""
        name = self.names[index]
        try:
            feeds = self.feeds(index)
            refuse_no_numbers(feeds, takes_nan=self.takes_nan)
        except DataError as error:
            raise _at(name, error) from error
        return Sample(name, feeds, self.labels[index] if self.labels else None)

    @abstractmethod
    def feeds(self, index: int) -> dict[str, Array]:
        """The arrays of a sample by input name; raises DataError without the sample's name."""

    @abstractmethod
    def digest(self, index: int) -> bytes:
        """16 bytes that change with the content of the sample's source; not with its name."""

    def describe(self) -> dict[str, Any]:
        """What this data is, for reports and exported files: a JSON object."""
        stored = {name: used.to_json() for name, used in self.preprocessing.items()}
        return {**self.description, "samples": len(self), "preprocessing": stored or None}

    def subset(self, indices: Sequence[int] | slice) -> Dataset:
        """The samples at `indices`, or of a slice, in that order."""
        chosen = range(len(self))[indices] if isinstance(indices, slice) else indices
        return Subset.of(self, tuple(range(len(self))[index] for index in chosen))


@dataclass(frozen=True, eq=False, kw_only=True)
class Subset(Dataset):
    """Some samples of another dataset."""

    parent: Dataset
    indices: tuple[int, ...]

    @classmethod
    def of(cls, parent: Dataset, indices: tuple[int, ...]) -> Subset:
        return cls(
            names=tuple(parent.names[index] for index in indices),
            description=parent.description,
            preprocessing=parent.preprocessing,
            labels=tuple(parent.labels[index] for index in indices) if parent.labels else (),
            classes=parent.classes,
            notes=parent.notes,
            takes_nan=parent.takes_nan,
            parent=parent,
            indices=indices,
        )

    @property
    def whole(self) -> int:
        return self.parent.whole

    def load(self, index: int) -> Sample:
        return self.parent.load(self.indices[index])

    def feeds(self, index: int) -> dict[str, Array]:
        return self.parent.feeds(self.indices[index])

    def digest(self, index: int) -> bytes:
        return self.parent.digest(self.indices[index])


def samples(
    dataset: Dataset, monitor: Monitor = SILENT, text: str = "Reading data"
) -> Iterator[tuple[int, Sample]]:
    """(index, sample) of each readable sample; bad ones are said by name and left out.

    One bad sample is always forgiven; raises DataError once more are bad than 5 % of all, or
    when none is left. It is said where all samples are the same.
    """
    total, sameness = len(dataset), Sameness()
    bad: list[DataError] = []
    for index in monitor.track(range(total), text):
        try:
            sample = dataset.load(index)
        except DataError as error:
            bad.append(error)
            monitor.fault(f"skipped {error}")
            stop_if_too_many(bad, dataset.whole)
            continue
        sameness.add(sample.feeds)
        yield index, sample
    if len(bad) == total:
        raise DataError("no sample could be used: {0}", bad[0] if bad else "the data is empty")
    if sameness.text is not None:
        monitor.fault(sameness.text)


def check_usable(dataset: Dataset, count: int = 4) -> None:
    """Raises DataError where none of `count` samples, spread over all, can be used."""
    refused = None
    for index in range(0, len(dataset), max(1, len(dataset) // count)):
        try:
            dataset.load(index)
        except DataError as error:
            refused = refused or error
        else:
            return
    worst = refused or DataError("the data is empty")
    raise _like(worst, Sentence("no sample could be used: {0}", worst.sentence))


def _at(where: str, error: DataError) -> DataError:
    """The same error, and where it is."""
    return _like(error, Sentence("{0}: {1}", where, error.sentence))


def _like(error: DataError, said: Sentence) -> DataError:
    return WrongSize(said, wanted=error.wanted) if isinstance(error, WrongSize) else DataError(said)


def stop_if_too_many(bad: Sequence[DataError], total: int) -> None:
    """Raises DataError where more than `BAD_SHARE` of the samples, and more than one, are bad."""
    if len(bad) > max(1, BAD_SHARE * total):
        raise DataError(
            "{0} of {1} samples cannot be used, more than 5 %; the first: {2}",
            len(bad),
            total,
            bad[0],
        )


def shape_text(shape: Sequence[Dimension] | None) -> str:
    """A shape as people write it, such as `[batch,3,224,224]`; what has no name to read is `?`."""
    if shape is None:
        return "of unknown shape"
    return "[" + ",".join(map(_side_text, shape)) + "]"


def _side_text(side: Dimension) -> str:
    """Exporters write whole formulas as names; those of shape inference mean nothing."""
    text = "?" if side is None else str(side)
    return "?" if len(text) > _LONGEST_SIDE or text.startswith(_MADE_UP) else text
