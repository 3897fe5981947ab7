"""Samples in batches of tensors, in an order that a seed fixes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from quantengine.data.dataset import Dataset, Sample, samples
from quantengine.data.input import Shapes, first_alike, shapes_of, side_by_side
from quantengine.errors import DataError
from quantengine.finetune.network import Network
from quantengine.finetune.pytorch import torch
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.inputs import model_inputs

_SAME = 1e-3


@dataclass(frozen=True, eq=False)
class Batch:
    """Feeds of one or more samples along the first axis; `labels` int64 [N] or None."""

    feeds: dict[str, Any]
    labels: Any
    size: int

    def first(self, count: int) -> Batch:
        """At most `count` samples from the beginning."""
        if count >= self.size:
            return self
        feeds = {name: value[:count] for name, value in self.feeds.items()}
        return Batch(feeds, None if self.labels is None else self.labels[:count], count)


class Samples:
    """Readable samples of a dataset, split into those that train and those that judge.

    `judges` are the indices that judge, None: a share of `held_out` drawn by `seed`. Samples are
    kept up to `memory_bytes`, and the rest read again when they are needed. Raises DataError where
    fewer than two samples can be read or one side is empty.
    """

    def __init__(
        self,
        dataset: Dataset,
        held_out: float,
        seed: int,
        *,
        judges: Sequence[int] | None = None,
        memory_bytes: int = 10**9,
        monitor: Monitor = SILENT,
    ) -> None:
        self.dataset = dataset
        self._kept: dict[int, Sample] = {}
        self._shapes: dict[int, Shapes] = {}
        usable, size = [], 0
        for index, sample in samples(dataset, monitor, "Reading data"):
            self._shapes[index] = shapes_of(sample.feeds)
            size += sum(array.nbytes for array in sample.feeds.values())
            if size <= memory_bytes:
                self._kept[index] = sample
            usable.append(index)
        if len(usable) < 2:
            raise DataError("fine-tuning needs at least two samples: one to train, one to judge")
        if judges is None:
            order = np.random.default_rng(seed).permutation(usable).tolist()
            judges = order[: min(max(1, round(held_out * len(order))), len(order) - 1)]
        self.judging = tuple(index for index in usable if index in set(judges))
        self.training = tuple(index for index in usable if index not in set(judges))
        if not self.judging or not self.training:
            raise DataError("the samples that judge must be some of the data, and not all of it")
        self.labelled = dataset.labelled

    def epoch(self, size: int, seed: int, epoch: int) -> list[tuple[int, ...]]:
        """The training samples in a new order, in groups of `size`; a last group may be smaller."""
        order = np.random.default_rng((seed, epoch)).permutation(self.training).tolist()
        return list(_groups(order, size))

    def held_out(self, size: int) -> list[tuple[int, ...]]:
        """The samples that judge, in groups of `size`."""
        return list(_groups(list(self.judging), size))

    def load(self, indices: Sequence[int], network: Network, *, stack: bool) -> Iterator[Batch]:
        """The samples as one batch, or one batch each where they do not stack."""
        chosen = [self.sample(index) for index in indices]
        shapes = [shapes_of(sample.feeds) for sample in chosen]
        if stack and all(shape == shapes[0] for shape in shapes):
            yield _batch(chosen, network)
        else:
            for sample in chosen:
                yield _batch([sample], network)

    def pair(self) -> tuple[int, int] | None:
        """Two samples of the same shapes, or None."""
        order = (*self.judging[:1], *self.training, *self.judging[1:])
        return first_alike((index, self._shapes[index]) for index in order)

    def sample(self, index: int) -> Sample:
        """The sample of an index, kept or read again."""
        kept = self._kept.get(index)
        return self.dataset.load(index) if kept is None else kept


def _groups(order: list[int], size: int) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(order), size):
        yield tuple(order[start : start + size])


def _batch(chosen: list[Sample], network: Network) -> Batch:
    feeds = {
        name: network.tensor(side_by_side([sample.feeds[name] for sample in chosen]))
        for name in chosen[0].feeds
    }
    known = [sample.label for sample in chosen]
    labels = None
    if all(label is not None for label in known):
        labels = torch.tensor(known, dtype=torch.int64).to(network.device)
    return Batch(feeds, labels, len(chosen))


def stacks(model: FloatModel, network: Network, data: Samples) -> bool:
    """Whether two samples give together what they give one by one."""
    if not all(one.is_open for one in model_inputs(model)):
        return False
    for kind in model.outputs.values():
        if not kind.shape or isinstance(kind.shape[0], int):
            return False
    pair = data.pair()
    if pair is None:
        return False
    both = next(data.load(pair, network, stack=True))
    singles = list(data.load(pair, network, stack=False))
    with torch.no_grad():
        try:
            together = network.run(both.feeds)
        except RuntimeError:
            return False
        alone = [network.run(single.feeds) for single in singles]
    return all(_same(value, [found[name] for found in alone]) for name, value in together.items())


def _same(together: Any, alone: list[Any]) -> bool:
    if not together.ndim:
        return False
    apart = torch.cat(alone)
    if apart.shape != together.shape:
        return False
    both = together.double(), apart.double()
    largest = both[1].nan_to_num(posinf=0, neginf=0).abs().amax() if apart.numel() else 0
    return bool(torch.allclose(*both, rtol=0, atol=_SAME * float(largest), equal_nan=True))
