"""Which samples stand together in each run, along the first axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from quantengine.data.dataset import Sample
from quantengine.runtime import Tensors


@dataclass(frozen=True, eq=False)
class Together:
    """The places of the samples in each run; `named` has names and labels of some, by place."""

    places: Sequence[Sequence[int]]
    named: Mapping[int, Sample] = field(default_factory=dict)

    @property
    def joins(self) -> bool:
        """Whether some run holds several samples."""
        return any(len(places) > 1 for places in self.places)

    def apart(
        self, number: int, run: Sample, *outputs: Tensors
    ) -> Iterator[tuple[int, Sample, tuple[Tensors, ...]]]:
        """Each sample of a run with its place, and what is its own of each of `outputs`."""
        places = self.places[number]
        for row, place in enumerate(places):
            given = (run.feeds, *outputs)
            feeds, *own = given if len(places) == 1 else (_row(values, row) for values in given)
            yield place, replace(self.named.get(place, run), feeds=feeds), tuple(own)


def _row(values: Tensors, row: int) -> Tensors:
    return {name: value[row : row + 1] for name, value in values.items()}
