"""How the outputs of a network are read: what of them counts, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.metrics import equal_values, unlike_infinities, without_infinities
from quantengine.graph.masks import mask_limits
from quantengine.graph.model import FloatModel
from quantengine.verdict.positions import real_positions
from quantengine.verdict.record import Fault, OutputRecord, Record
from quantengine.verdict.scores import class_record
from quantengine.verdict.sums import SENTINEL, are_usual, pair_sums

Array = NDArray[Any]
Outputs = Mapping[str, Array]


@dataclass(frozen=True)
class Reading:
    """The outputs that are compared, in order; the first may hold class scores.

    Padding counts nowhere, nor does what the float network itself gives as NaN. Mask constants,
    values down from the limit of their output, are what they stand for: minus infinity.
    """

    outputs: tuple[str, ...]
    limits: Mapping[str, float] = field(default_factory=dict)

    def record(
        self,
        place: int,
        expected: Outputs,
        candidate: Outputs,
        feeds: Mapping[str, Array],
        label: int | None = None,
    ) -> Record:
        """What the outputs of one sample show."""
        outputs = tuple(
            self._output(name, expected[name], candidate[name], feeds) for name in self.outputs
        )
        first = self.outputs[0] if self.outputs else None
        classes = None
        if first is not None:
            classes = class_record(expected[first], candidate[first], label)
        return Record(place, outputs, classes)

    def _output(
        self, name: str, expected: Array, found: Array, feeds: Mapping[str, Array]
    ) -> OutputRecord:
        ours, theirs = real_positions(expected, feeds), real_positions(found, feeds)
        padded = ours is not expected
        if expected.dtype.kind != "f":
            size = max(ours.size, theirs.size)
            return OutputRecord(None, size, equal_values(ours, theirs), padded=padded)
        if expected.shape != found.shape:
            return OutputRecord(pair_sums(ours, ours), fault="another shape", padded=padded)
        limit = self.limits.get(name)
        if limit is not None:
            ours, theirs = _endless(ours, limit), _endless(theirs, limit)
        sums = pair_sums(ours, theirs)
        if are_usual(sums):
            return OutputRecord(sums, padded=padded)
        return _unusual(_endless(ours, -SENTINEL), _endless(theirs, -SENTINEL), padded)


def reading_of(model: FloatModel) -> Reading:
    """How the outputs of `model` are read."""
    limits = mask_limits(model)
    return Reading(
        tuple(model.outputs), {name: limits[name] for name in model.outputs if name in limits}
    )


def _unusual(ours: Array, theirs: Array, padded: bool) -> OutputRecord:
    """Of values some of which are no numbers: NaN of `ours` is left out, infinities are counted."""
    known = ~np.isnan(ours)
    return OutputRecord(
        pair_sums(*without_infinities(ours[known], theirs[known])),
        infinite=int(np.count_nonzero(np.isinf(ours) | np.isinf(theirs))),
        unlike=unlike_infinities(ours, theirs),
        fault=_fault(ours, theirs),
        padded=padded,
    )


def _fault(ours: Array, theirs: Array) -> Fault | None:
    unknown = np.isnan(ours)
    if np.any(np.isnan(theirs) & ~unknown):
        return "NaN"
    return "only NaN expected" if ours.size and np.all(unknown) else None


def _endless(values: Array, limit: float) -> Array:
    """With values down from `limit`, or as large as sentinels, as infinities."""
    found = np.where(values <= limit, -np.inf, values)
    return np.where(found >= SENTINEL, np.inf, found)
