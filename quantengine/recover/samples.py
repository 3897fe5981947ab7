"""The samples a recovery fits on, and those it is judged by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.dataset import Dataset, Sample
from quantengine.data.dataset import samples as readable
from quantengine.data.evenly import evenly
from quantengine.data.input import Shapes, one_by_one, shapes_of
from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.together import joined, run_together
from quantengine.verdict.judge import BY_WORST, Judge
from quantengine.verdict.reference import Reference
from quantengine.verdict.together import Together

Chunk = Mapping[str, NDArray[Any]]

HELD_EVERY = 5
LEAST_SAMPLES = 2 * HELD_EVERY
MOST_SAMPLES = 250
MOST_BYTES = 60 << 20
_CHUNK_BYTES = 4 << 20
_CHUNK_SAMPLES = 40
_RUNS = 32
_FEW = (16, 64)
_FEW_BYTES = 2 << 20


@dataclass(frozen=True, eq=False)
class Samples:
    """Feeds of several runs: `fit` to choose by, `held` to check what was chosen.

    `held_out` are the indices in the dataset of those that check. `together`: a run may hold
    several samples along the first axis; else it is one sample. `held_places` are the places in
    `held_out` of those in each run of `held`, `named` their names and labels, without feeds.
    `sequences` judge in place of `held`, which are some of their steps.
    """

    fit: tuple[Chunk, ...]
    held: tuple[Chunk, ...]
    held_out: tuple[int, ...] = ()
    together: bool = False
    held_places: tuple[tuple[int, ...], ...] = ()
    named: tuple[Sample, ...] = ()
    sequences: tuple[Sample, ...] = ()

    @property
    def for_means(self) -> Samples:
        """Fewer runs where shapes differ, so that each is one sample: of many positions, as a rule.

        Only `fit` and `held` are those of fewer.
        """
        shapes = {tuple(shape[1:] for _, shape in shapes_of(run)) for run in self.fit}
        if len(shapes) == 1 or len(self.fit) <= _RUNS:
            return self
        held = evenly(len(self.held), min(len(self.held), _RUNS // (HELD_EVERY - 1)))
        fit = evenly(len(self.fit), _RUNS)
        runs = tuple(self.fit[place] for place in fit), tuple(self.held[place] for place in held)
        return replace(self, fit=runs[0], held=runs[1])


def recovery_samples(
    model: FloatModel,
    dataset: Dataset,
    *,
    most_bytes: int = MOST_BYTES,
    alone: bool = False,
    monitor: Monitor = SILENT,
) -> Samples:
    """As many samples as `most_bytes` of input hold, evenly spaced; every fifth is held out.

    Where they are steps, every fifth sequence is, and judges as a whole.

    Samples of one shape run together where that changes nothing, and `alone` does not forbid it.
    Raises DataError where there are fewer than two samples, since nothing could be held out.
    """
    allowed = most_bytes // max(_sample_bytes(dataset), 1)
    count = min(len(dataset), MOST_SAMPLES, max(LEAST_SAMPLES, allowed))
    chosen = evenly(len(dataset), count)
    found = [
        (chosen[index], sample)
        for index, sample in readable(dataset.subset(chosen), monitor, "Reading samples")
    ]
    if len(found) < 2:
        raise DataError(
            "Recovery holds samples out to check itself: give it data with at least 2 samples."
        )
    apart, sequences = _held_sequences(dataset), dataset.sequence_places
    every = min(HELD_EVERY, len(found))
    is_held = [
        sequences[index] in apart if apart else place % every == every - 1
        for place, (index, _) in enumerate(found)
    ]
    held = [one for one, out in zip(found, is_held, strict=True) if out]
    fit = [one.feeds for (_, one), out in zip(found, is_held, strict=True) if not out]
    judging = [one.feeds for _, one in held]
    together = not alone and run_together(model, [*fit, *judging], monitor=monitor)
    size = _chunk_size(fit[0]) if together else 1
    places = _chunks(judging, size)
    return Samples(
        _joined(fit, _chunks(fit, size)),
        _joined(judging, places),
        tuple(index for index, _ in held),
        together,
        places,
        tuple(replace(one, feeds={}) for _, one in held),
        _judging(dataset, apart),
    )


def _held_sequences(dataset: Dataset) -> tuple[int, ...]:
    """Those held out, of several; none where samples are no steps."""
    count = 0 if dataset.judged is dataset else len(dataset.judged)
    every = min(HELD_EVERY, count)
    return tuple(range(every - 1, count, every)) if count > 1 else ()


def _judging(dataset: Dataset, places: Sequence[int]) -> tuple[Sample, ...]:
    """These sequences, no longer than `MOST_SAMPLES` steps together where they have that many."""
    most = max(LEAST_SAMPLES, MOST_SAMPLES // max(len(places), 1))
    return tuple(dataset.judged.load(place).shortened(most) for place in places)


def held_reference(
    model: FloatModel,
    samples: Samples,
    *,
    before: Sequence[Chunk] = (),
    judge: Judge = BY_WORST,
    with_task: bool = False,
    monitor: Monitor = SILENT,
) -> Reference:
    """The float results on the samples held out, behind those of `before`, one sample each.

    `with_task`: verdicts have figures of the task, whatever they follow.
    """
    if samples.sequences:
        singles = [Sample("", feeds) for feeds in before]
        runs = [*singles, *samples.sequences]
        return Reference.of(model, runs, judge=judge, with_task=with_task, monitor=monitor)
    shift = len(before)
    places: list[tuple[int, ...]] = [(place,) for place in range(shift)]
    places += [tuple(shift + place for place in run) for run in samples.held_places]
    runs = [Sample("", feeds) for feeds in (*before, *samples.held)]
    named = {shift + place: sample for place, sample in enumerate(samples.named)}
    together = Together(places, named)
    return Reference.of(
        model, runs, together=together, judge=judge, with_task=with_task, monitor=monitor
    )


def first_samples(samples: Samples) -> Iterator[Chunk]:
    """The first to fit to, one by one: as many as a few megabytes hold."""
    singles = _singles(samples)
    first = next(singles)
    size = sum(values.nbytes for values in first.values())
    yield first
    yield from islice(singles, int(np.clip(_FEW_BYTES // max(size, 1), *_FEW)) - 1)


def _singles(samples: Samples) -> Iterator[Chunk]:
    for chunk in samples.fit:
        yield from one_by_one(chunk) if samples.together else [chunk]


def _sample_bytes(dataset: Dataset) -> int:
    """The size of the first sample that can be read."""
    for index in range(len(dataset)):
        try:
            feeds = dataset.load(index).feeds
        except DataError:
            continue
        return sum(value.nbytes for value in feeds.values())
    return 0


def _chunks(feeds: Sequence[Chunk], size: int) -> tuple[tuple[int, ...], ...]:
    """The places of the samples of each run: at most `size`, of one shape."""
    if size == 1:
        return tuple((place,) for place in range(len(feeds)))
    groups: dict[Shapes, list[int]] = {}
    for place, sample in enumerate(feeds):
        groups.setdefault(shapes_of(sample), []).append(place)
    return tuple(
        tuple(group[start : start + size])
        for group in groups.values()
        for start in range(0, len(group), size)
    )


def _joined(feeds: Sequence[Chunk], chunks: Sequence[Sequence[int]]) -> tuple[Chunk, ...]:
    runs = ([feeds[place] for place in chunk] for chunk in chunks)
    return tuple(map(joined, runs))


def _chunk_size(sample: Chunk) -> int:
    """How many samples run together, where they can."""
    size = max(value.nbytes for value in sample.values())
    return int(np.clip(_CHUNK_BYTES // max(size, 1), 1, _CHUNK_SAMPLES))
