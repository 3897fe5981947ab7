"""What a change does to the results of the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.differences import ChannelDifference
from quantengine.analyze.evaluate import class_scores
from quantengine.analyze.metrics import Effect
from quantengine.formats.metrics import Difference

Array = NDArray[Any]


@dataclass
class OutputEffect:
    """Running sums over the outputs of pairs of runs, all float outputs pooled."""

    difference: Difference = field(default_factory=Difference)
    rows: int = 0
    equal: int = 0
    labelled: int = 0
    right: int = 0

    def add(
        self,
        reference: Mapping[str, Array],
        candidate: Mapping[str, Array],
        label: int | None = None,
    ) -> None:
        """Adds the outputs of one sample, by the names of the reference."""
        for name, expected in reference.items():
            if expected.dtype.kind == "f":
                pair = ChannelDifference()
                pair.add(expected, candidate[name])
                self.difference = _joined(self.difference, pair.whole)
        first = next(iter(reference), None)
        if first is not None:
            self._count(class_scores(reference[first]), class_scores(candidate[first]), label)

    def _count(self, ours: Array | None, theirs: Array | None, label: int | None) -> None:
        if ours is None or theirs is None:
            return
        best = theirs.argmax(axis=1)
        self.rows += len(ours)
        self.equal += int(np.sum(ours.argmax(axis=1) == best))
        if label is not None and len(theirs) == 1:
            self.labelled += 1
            self.right += int(best[0] == label)

    @property
    def effect(self) -> Effect:
        """The finished figures."""
        found = self.difference
        return Effect(
            found.sqnr_db,
            float(found.cosine),
            found.max_error,
            self.equal / self.rows if self.rows else None,
            self.right / self.labelled if self.labelled else None,
        )


def _joined(a: Difference, b: Difference) -> Difference:
    return Difference(
        a.signal + b.signal,
        a.noise + b.noise,
        a.candidate_power + b.candidate_power,
        a.product + b.product,
        float(np.fmax(a.max_error, b.max_error)),
        a.count + b.count,
    )
