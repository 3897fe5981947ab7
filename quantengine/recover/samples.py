"""The samples a recovery fits on, and those it is judged by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.dataset import Dataset
from quantengine.data.dataset import samples as readable
from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor

Chunk = Mapping[str, NDArray[Any]]

HELD_EVERY = 5
LEAST_SAMPLES = 2 * HELD_EVERY
MOST_SAMPLES = 250
MOST_BYTES = 60 << 20
_CHUNK_BYTES = 16 << 20
_CHUNK_SAMPLES = 40
_FEW = (16, 64)
_FEW_BYTES = 2 << 20


@dataclass(frozen=True, eq=False)
class Samples:
    """Feeds of several runs: `fit` to choose by, `held` to check what was chosen.

    `held_out` are the indices in the dataset of those that check.
    """

    fit: tuple[Chunk, ...]
    held: tuple[Chunk, ...]
    held_out: tuple[int, ...] = ()


def recovery_samples(
    model: FloatModel,
    dataset: Dataset,
    *,
    most_bytes: int = MOST_BYTES,
    monitor: Monitor = SILENT,
) -> Samples:
    """As many samples as `most_bytes` of input hold, evenly spaced; every fifth is held out.

    Samples of one shape run together where the model's batch is free. Raises DataError where there
    are fewer than two samples, since nothing could be held out.
    """
    allowed = most_bytes // max(_sample_bytes(dataset), 1)
    count = min(len(dataset), MOST_SAMPLES, max(LEAST_SAMPLES, allowed))
    chosen = np.linspace(0, len(dataset) - 1, count).round().astype(int).tolist()
    found = [
        (chosen[index], sample.feeds)
        for index, sample in readable(dataset.subset(chosen), monitor, "Reading samples")
    ]
    if len(found) < 2:
        raise DataError(
            "Recovery holds samples out to check itself: give it data with at least 2 samples."
        )
    every = min(HELD_EVERY, len(found))
    held = [one for place, one in enumerate(found) if place % every == every - 1]
    fit = [feeds for place, (_, feeds) in enumerate(found) if place % every != every - 1]
    return Samples(
        _chunked(model, fit),
        _chunked(model, [feeds for _, feeds in held]),
        tuple(index for index, _ in held),
    )


def first_samples(samples: Samples) -> Iterator[Chunk]:
    """The first to fit to, one by one: as many as a few megabytes hold."""
    size = sum(values[:1].nbytes for values in samples.fit[0].values())
    left = int(np.clip(_FEW_BYTES // max(size, 1), *_FEW))
    for chunk in samples.fit:
        for row in range(min(left, len(next(iter(chunk.values()))))):
            yield {name: values[row : row + 1] for name, values in chunk.items()}
            left -= 1


def _sample_bytes(dataset: Dataset) -> int:
    """The size of the first sample that can be read."""
    for index in range(len(dataset)):
        try:
            feeds = dataset.load(index).feeds
        except DataError:
            continue
        return sum(value.nbytes for value in feeds.values())
    return 0


def _chunked(model: FloatModel, feeds: list[Mapping[str, NDArray[Any]]]) -> tuple[Chunk, ...]:
    groups: dict[tuple[tuple[int, ...], ...], list[Mapping[str, NDArray[Any]]]] = {}
    for sample in feeds:
        groups.setdefault(tuple(value.shape for value in sample.values()), []).append(sample)
    size = _chunk_size(model, feeds[0])
    return tuple(
        {name: np.concatenate([sample[name] for sample in part]) for name in part[0]}
        for group in groups.values()
        for part in (group[i : i + size] for i in range(0, len(group), size))
    )


def _chunk_size(model: FloatModel, sample: Mapping[str, NDArray[Any]]) -> int:
    """How many samples run together: one where an input has a fixed batch or none."""
    for name in sample:
        shape = model.inputs[name].shape if name in model.inputs else None
        if not shape or isinstance(shape[0], int):
            return 1
    size = max(value.nbytes for value in sample.values())
    return int(np.clip(_CHUNK_BYTES // max(size, 1), 1, _CHUNK_SAMPLES))
