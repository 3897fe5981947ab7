"""Sums over a tensor of a dump and of the float network, and what they show to be wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from quantengine.data.dataset import Array
from quantengine.diff.difference import BAD_DB, BEHIND_DB
from quantengine.formats.metrics import Difference, sqnr_db
from quantengine.sentence import Sentence

_CLEAR_DB, _LIKE_DB = 10.0, 25.0
_FACTOR, _SHARE = 0.02, 1e-3


class DumpFault(Enum):
    """What is seen of values that are not those of the float network."""

    NO_NUMBERS = "not numbers"
    ZERO = "all zero"
    CUT = "values cut off"
    FACTOR = "another scale"
    MOVED = "moved"
    ORDER = "another order"
    NOTHING_SINGLE = "no single cause"


@dataclass(eq=False)
class DumpSums:
    """Running sums; `inside` over values that lie within the range of the dump's sample."""

    whole: Difference = field(default_factory=Difference)
    inside: Difference = field(default_factory=Difference)
    sums: tuple[float, float] = (0.0, 0.0)
    low: float = math.inf
    high: float = -math.inf
    float_low: float = math.inf
    float_high: float = -math.inf
    beyond: int = 0
    other_order: bool = False
    samples: int = 0

    def add(self, floats: Array, dumped: Array) -> None:
        """A sample of the float network and of the dump, in one shape."""
        with np.errstate(invalid="ignore", over="ignore"):
            self._add(floats, dumped)

    def _add(self, floats: Array, dumped: Array) -> None:
        a, b = (np.asarray(each, np.float64).ravel() for each in (floats, dumped))
        self.whole.add(a, b)
        low, high = float(np.min(b, initial=math.inf)), float(np.max(b, initial=-math.inf))
        step = (high - low) / 255
        within = (a >= low - step) & (a <= high + step)
        self.inside.add(a[within], b[within])
        self.beyond += int(a.size - np.count_nonzero(within))
        self.sums = (self.sums[0] + float(a.sum()), self.sums[1] + float(b.sum()))
        self.low, self.high = min(self.low, low), max(self.high, high)
        self.float_low = min(self.float_low, float(np.min(a, initial=math.inf)))
        self.float_high = max(self.float_high, float(np.max(a, initial=-math.inf)))
        if not self.samples and self.db < _LIKE_DB:
            ordered = Difference()
            ordered.add(np.sort(a), np.sort(b))
            self.other_order = ordered.sqnr_db > max(_LIKE_DB, self.db + _CLEAR_DB)
        self.samples += 1

    @property
    def db(self) -> float:
        return self.whole.sqnr_db

    def is_bad(self, ours_db: float) -> bool:
        """Below 20 dB, and 10 dB or more below our default plan where that has a figure."""
        if math.isnan(self.whole.noise):
            return True
        return self.db < BAD_DB and not self.db > ours_db - BEHIND_DB

    @property
    def factor(self) -> float:
        """What the float values are times, nearest."""
        return self.whole.product / self.whole.signal if self.whole.signal > 0 else math.nan

    @property
    def moved(self) -> float:
        """By how much the mean lies off."""
        return (self.sums[1] - self.sums[0]) / max(self.whole.count, 1)

    def fault(self) -> DumpFault:
        whole = self.whole
        if not math.isfinite(whole.candidate_power):
            return DumpFault.NO_NUMBERS
        if whole.candidate_power == 0:
            return DumpFault.ZERO
        clear = max(_LIKE_DB, self.db + _CLEAR_DB)
        if abs(self.factor - 1) > _FACTOR and self._scaled_db() >= clear:
            return DumpFault.FACTOR
        if self.beyond > _SHARE * whole.count and self.inside.sqnr_db >= self.db + _CLEAR_DB:
            return DumpFault.CUT
        left = whole.noise - whole.count * self.moved**2
        if left >= 0 and sqnr_db(whole.signal, left) >= clear:
            return DumpFault.MOVED
        return DumpFault.ORDER if self.other_order else DumpFault.NOTHING_SINGLE

    def _scaled_db(self) -> float:
        """What is left once the float values are times the factor."""
        g, whole = self.factor, self.whole
        noise = max(whole.candidate_power - g * whole.product, 0.0)
        return sqnr_db(g * g * whole.signal, noise)

    def said(self, where: str) -> Sentence:
        """What is seen, in figures."""
        ends = [f"{end:.4g}" for end in (self.low, self.high, self.float_low, self.float_high)]
        match self.fault():
            case DumpFault.NO_NUMBERS:
                return Sentence("{0}: the dump holds values that are no numbers.", where)
            case DumpFault.ZERO:
                return Sentence("{0}: the dump is zero everywhere.", where)
            case DumpFault.CUT:
                return Sentence(
                    "{0}: values are cut off: {1} .. {2}, in the float network {3} .. {4}.",
                    where,
                    *ends,
                )
            case DumpFault.FACTOR:
                return Sentence(
                    "{0}: all values are times {1}: its scale is another one.",
                    where,
                    f"{self.factor:.4g}",
                )
            case DumpFault.MOVED:
                return Sentence("{0}: all values lie off by {1}.", where, f"{self.moved:.4g}")
            case DumpFault.ORDER:
                return Sentence(
                    "{0}: the values are the right ones in another order: its layout is another.",
                    where,
                )
            case _:
                return Sentence("{0}: {1} dB, and nothing single stands out.", where, _db(self.db))


def _db(value: float) -> str:
    return f"{value:.1f}"
