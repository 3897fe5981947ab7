"""The figures of one output: as a whole, and of each of its slices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from quantengine.formats.metrics import sqnr_db
from quantengine.verdict.layout import WHOLE, Layout
from quantengine.verdict.look import lost_of
from quantengine.verdict.record import OutputRecord
from quantengine.verdict.sums import COUNT, NOISE, Doubles, difference, joined, variances

_NO_SIGNAL = 1e-6
"""A slice whose variance is a smaller share of that of the largest carries no signal."""


@dataclass(frozen=True)
class SliceVerdict:
    """Channels of an output that are of one kind, from `first` to `last`.

    `db` is the SQNR about the float mean of the slice, which ranks: what all values have in common
    does not flatter it. `judged`: it carries a signal. `lost` says what it lost altogether.
    """

    name: str
    first: int
    last: int
    db: float
    sqnr_db: float
    cosine: float
    max_error: float
    judged: bool = True
    lost: str | None = None

    @property
    def unchanged(self) -> SliceVerdict:
        """The slice of the float network itself."""
        exact, own = _exact(self.db), _exact(self.sqnr_db)
        return replace(self, db=exact, sqnr_db=own, cosine=1.0, max_error=0.0, lost=None)


@dataclass(frozen=True)
class OutputVerdict:
    """One output; +inf dB where it is equal, nan where the float one is no floats or all zero.

    -inf dB where the quantized network gives NaN or another shape, and where in `unlike` places
    just one of both gives infinity. `equal` is the share of equal values of an output that holds
    no floats, else None.
    """

    name: str
    sqnr_db: float
    cosine: float = math.nan
    max_error: float = math.nan
    equal: float | None = None
    unlike: int = 0
    is_float: bool = True
    slices: tuple[SliceVerdict, ...] = ()

    @property
    def worst_slice(self) -> SliceVerdict | None:
        """The judged slice of the lowest dB; None where there is none."""
        known = [each for each in self.slices if each.judged and not math.isnan(each.db)]
        return min(known, key=lambda each: each.db, default=None)

    @property
    def worst_db(self) -> float:
        """dB of the worst slice; that of the output where no slice carries a signal."""
        worst = self.worst_slice
        return self.sqnr_db if worst is None else min(worst.db, _lost(self.sqnr_db))

    @property
    def unchanged(self) -> OutputVerdict:
        """The output of the float network itself."""
        if not self.is_float:
            return replace(self, equal=None if self.equal is None else 1.0)
        exact = _exact(self.sqnr_db)
        slices = tuple(each.unchanged for each in self.slices)
        return replace(self, sqnr_db=exact, cosine=1.0, max_error=0.0, unlike=0, slices=slices)


def _exact(decibels: float) -> float:
    return decibels if math.isnan(decibels) else math.inf


def _lost(decibels: float) -> float:
    """-inf where the whole output is lost, which no slice may hide."""
    return -math.inf if decibels == -math.inf else math.inf


def is_float(column: Sequence[OutputRecord]) -> bool:
    """Whether these records of an output are of floats."""
    return any(record.sums is not None for record in column)


def output_verdict(
    name: str, column: Sequence[OutputRecord], layout: Layout = WHOLE
) -> OutputVerdict:
    """The figures of the records of one output, in order of the samples."""
    if not is_float(column):
        values = sum(record.values for record in column)
        share = sum(record.equal for record in column) / values if values else None
        return OutputVerdict(name, math.nan, equal=share, is_float=False)
    unlike = sum(record.unlike for record in column)
    slices = () if _is_lost(column) else _slices(name, column, layout)
    return OutputVerdict(name, *whole_figures(column), unlike=unlike, slices=slices)


def whole_figures(column: Sequence[OutputRecord]) -> tuple[float, float, float]:
    """SQNR in dB, cosine and the largest error of all that the records hold together."""
    if _is_lost(column):
        return -math.inf, math.nan, math.nan
    found = difference(_added(column))
    return found.sqnr_db, float(found.cosine), found.max_error


def _is_lost(column: Sequence[OutputRecord]) -> bool:
    return any(record.fault in ("another shape", "NaN") for record in column)


def _added(column: Sequence[OutputRecord]) -> Doubles:
    """`[10, slices]`; one slice where records are cut in different ways."""
    parts = [record.sums for record in column if record.sums is not None]
    if len({part.shape for part in parts}) > 1:
        parts = [_as_one(part) for part in parts]
    return joined(parts)


def _as_one(sums: Doubles) -> Doubles:
    one = sums.sum(axis=1, keepdims=True)
    one[4] = np.fmax.reduce(sums[4])
    return np.asarray(one)


def _slices(name: str, column: Sequence[OutputRecord], layout: Layout) -> tuple[SliceVerdict, ...]:
    sums = _added(column)
    if sums.shape[1] != len(layout.slices):
        layout = WHOLE
    about = variances(sums)
    spread = about / np.maximum(sums[COUNT], 1)
    enough = spread >= _NO_SIGNAL * spread.max(initial=0.0)
    found = []
    for number, each in enumerate(layout.slices):
        whole = difference(sums[:, number : number + 1])
        signal = about[number] > 0 and bool(enough[number] or each.shares)
        looks = [record.looks[number] if record.looks else None for record in column]
        found.append(
            SliceVerdict(
                _slice_name(name, each.first, each.last, several=len(layout.slices) > 1),
                each.first,
                each.last,
                sqnr_db(float(about[number]), float(sums[NOISE, number])),
                whole.sqnr_db,
                float(whole.cosine),
                whole.max_error,
                signal,
                lost_of(sums[:, number], looks) if signal else None,
            )
        )
    return tuple(found)


def _slice_name(output: str, first: int, last: int, *, several: bool) -> str:
    if not several:
        return output
    channels = f"channel {first}" if first == last else f"channels {first}..{last}"
    return f"{channels} of {output}"
