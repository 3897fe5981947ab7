"""What one worker has seen of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quantengine.observe.collector import Collector
from quantengine.observe.statistics import TensorStats


@dataclass(frozen=True)
class Frozen:
    """Statistics by tensor, of samples told by name and digest in the order observed."""

    samples: tuple[tuple[str, bytes], ...]
    tensors: dict[str, TensorStats]


class Gathered:
    """The one thing of a worker worth keeping when it is done."""

    def __init__(self, collectors: Sequence[Collector]) -> None:
        self.samples: list[tuple[str, bytes]] = []
        self._collectors = collectors

    def freeze(self) -> Frozen:
        """The statistics so far; needs one sample at least."""
        tensors = {stats.name: stats for c in self._collectors for stats in c.freeze()}
        return Frozen(tuple(self.samples), tensors)
