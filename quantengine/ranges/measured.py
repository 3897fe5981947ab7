"""What the searches see: one distribution, or many rows of values, behind the same questions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.distribution import Distribution
from quantengine.ranges.choice import Doubles
from quantengine.ranges.grid import Grids


class Measured(Protocol):
    """`[rows]` groups of values; low and high float64 `[rows]` are the extremes of each."""

    @property
    def low(self) -> Doubles: ...
    @property
    def high(self) -> Doubles: ...

    def errors(self, grids: Grids, power: float) -> Doubles:
        """Sum of |x - x̂|^power for grids `[rows, k]`."""

    def products(self, grids: Grids) -> Doubles:
        """Sums of q x and of q^2, float64 `[2, rows]`, for grids `[rows]`; q are steps from 0."""


@dataclass(frozen=True, eq=False)
class Bins:
    """One distribution as a single row."""

    distribution: Distribution

    @property
    def low(self) -> Doubles:
        return np.array([self.distribution.low])

    @property
    def high(self) -> Doubles:
        return np.array([self.distribution.high])

    @cached_property
    def _table(self) -> Doubles:
        bins = self.distribution
        return np.stack([bins.left, bins.right, bins.count])

    def errors(self, grids: Grids, power: float) -> Doubles:
        from quantengine.ranges.kernels import bin_errors

        packed = grids.packed
        return bin_errors(self._table, packed.reshape(3, -1), power).reshape(packed.shape[1:])

    def products(self, grids: Grids) -> Doubles:
        from quantengine.ranges.kernels import bin_products

        return bin_products(self._table, grids.packed)


@dataclass(frozen=True, eq=False)
class Rows:
    """Finite float32 values; row r is values[starts[r]:starts[r + 1]]."""

    values: NDArray[np.float32]
    starts: NDArray[np.int64]
    low: Doubles
    high: Doubles

    def errors(self, grids: Grids, power: float) -> Doubles:
        from quantengine.ranges.kernels import value_errors

        return value_errors(self.values, self.starts, grids.packed, power)

    def products(self, grids: Grids) -> Doubles:
        from quantengine.ranges.kernels import value_products

        return value_products(self.values, self.starts, grids.packed)
