"""What a change does to the results of the network."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.chance import chance_remark
from quantengine.analyze.differences import ChannelDifference
from quantengine.analyze.metrics import Effect, OutputFigure
from quantengine.analyze.scores import Agreement, best_classes, class_scores
from quantengine.formats.metrics import Difference, equal_values, unlike_infinities

Array = NDArray[Any]


@dataclass
class OutputEffect:
    """Running sums over the outputs of pairs of runs, all float outputs pooled.

    Outputs that are no floats (integers, truths) are compared by the share that is equal.
    """

    difference: Difference = field(default_factory=Difference)
    outputs: dict[str, Difference] = field(default_factory=dict)
    agreement: Agreement = field(default_factory=Agreement)
    labelled: int = 0
    right: int = 0
    right_reference: int = 0
    classes: int = 0
    whole_values: int = 0
    whole_equal: int = 0
    infinite: int = 0
    unlike: dict[str, int] = field(default_factory=dict)
    """By output: in how many places just one of both networks gives this infinity."""
    broken: str | None = None
    """Why there is no figure, of the first output and sample that gave none."""

    def add(
        self,
        reference: Mapping[str, Array],
        candidate: Mapping[str, Array],
        label: int | None = None,
    ) -> None:
        """Adds the outputs of one sample, by the names of the reference."""
        for name, expected in reference.items():
            found = candidate[name]
            if expected.dtype.kind != "f":
                self.whole_values += max(expected.size, found.size)
                self.whole_equal += equal_values(expected, found)
            elif expected.shape != found.shape:
                self._join(name, Difference(noise=float("nan")))
                self.broken = self.broken or f"output '{name}' has another shape once quantized"
            else:
                self._add_floats(name, expected, found)
        first = next(iter(reference), None)
        if first is not None:
            self._count(class_scores(reference[first]), class_scores(candidate[first]), label)

    def _add_floats(self, name: str, expected: Array, found: Array) -> None:
        pair = ChannelDifference()
        pair.add(expected, found)
        self._join(name, pair.whole)
        endless = np.isinf(expected) | np.isinf(found)
        if np.any(endless):
            self.infinite += int(np.count_nonzero(endless))
            self.unlike[name] = self.unlike.get(name, 0) + unlike_infinities(expected, found)
        if self.broken is None and np.isnan(pair.whole.noise):
            whose = "float" if np.any(np.isnan(expected)) else "quantized"
            self.broken = f"the {whose} network gives NaN at output '{name}'"

    def _join(self, name: str, found: Difference) -> None:
        self.difference = _joined(self.difference, found)
        self.outputs[name] = _joined(self.outputs.get(name, Difference()), found)

    def _count(self, ours: Array | None, theirs: Array | None, label: int | None) -> None:
        if ours is None or theirs is None or ours.shape != theirs.shape:
            return
        self.agreement.add(ours, theirs)
        if label is not None and len(theirs) == 1:
            self.labelled += 1
            self.right += int(best_classes(theirs)[0] == label)
            self.right_reference += int(best_classes(ours)[0] == label)
            self.classes = ours.shape[1]

    @property
    def effect(self) -> Effect:
        """The finished figures."""
        found = self.difference
        return Effect(
            found.sqnr_db,
            float(found.cosine),
            found.max_error,
            self.agreement.share,
            self.right / self.labelled if self.labelled else None,
            self.whole_equal / self.whole_values if self.whole_values else None,
            self._missing(),
            chance_remark(self.right_reference, self.labelled, self.classes),
            self._worst(),
        )

    def _worst(self) -> OutputFigure | None:
        found = [OutputFigure(name, output.sqnr_db) for name, output in self.outputs.items()]
        known = [output for output in found if not math.isnan(output.sqnr_db)]
        return min(known, key=lambda output: output.sqnr_db) if len(known) > 1 else None

    def _missing(self) -> str | None:
        if self.difference.sqnr_db > -np.inf:
            return None
        if self.broken is not None:
            return self.broken
        for name, count in self.unlike.items():
            if count:
                where = "1 place" if count == 1 else f"{count} places"
                return f"in {where} of output '{name}' just one of both networks gives infinity"
        if self.difference.count:
            kind = "zero or infinite" if self.infinite else "zero"
            return f"the float outputs are {kind} on these samples"
        return "no output is float" if self.whole_values else "the outputs hold no value"


def _joined(a: Difference, b: Difference) -> Difference:
    return Difference(
        a.signal + b.signal,
        a.noise + b.noise,
        a.candidate_power + b.candidate_power,
        a.product + b.product,
        float(np.fmax(a.max_error, b.max_error)),
        a.count + b.count,
    )
