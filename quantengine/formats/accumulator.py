"""How wide a register the sums of an integer layer need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

_INT32 = np.iinfo(np.int32)


@dataclass(frozen=True)
class AccumulatorRange:
    """Smallest and largest accumulator seen, before a 32-bit register would wrap."""

    low: int
    high: int

    @property
    def overflows(self) -> bool:
        """Whether int32 is too narrow for it."""
        return self.low < _INT32.min or self.high > _INT32.max

    @property
    def bits(self) -> int:
        """Width of the narrowest signed register that holds it."""
        return 1 + max(self.high, ~self.low, 0).bit_length()

    def merge(self, other: AccumulatorRange) -> AccumulatorRange:
        return AccumulatorRange(min(self.low, other.low), max(self.high, other.high))


def accumulator_range(acc: ArrayLike) -> AccumulatorRange:
    """The range of accumulators of any shape; of none at all it is 0 to 0."""
    sums = np.asarray(acc)
    if sums.size == 0:
        return AccumulatorRange(0, 0)
    return AccumulatorRange(int(sums.min()), int(sums.max()))
