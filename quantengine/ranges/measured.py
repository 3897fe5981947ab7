"""What the searches see: one distribution, or many rows of values, behind the same questions."""

from __future__ import annotations

from dataclasses import dataclass
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

    def products(self, grids: Grids) -> tuple[Doubles, Doubles]:
        """Sums of q x and of q^2 for grids `[rows]`, q the steps from zero."""


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

    def errors(self, grids: Grids, power: float) -> Doubles:
        from quantengine.ranges.kernels import bin_errors

        shape = grids.scale.shape
        return bin_errors(*_edges(self.distribution), *_flat(grids), float(power)).reshape(shape)

    def products(self, grids: Grids) -> tuple[Doubles, Doubles]:
        from quantengine.ranges.kernels import bin_products

        return bin_products(*_edges(self.distribution), *_flat(grids))


@dataclass(frozen=True, eq=False)
class Rows:
    """Finite float32 values; row r is values[starts[r]:starts[r + 1]]."""

    values: NDArray[np.float32]
    starts: NDArray[np.int64]
    low: Doubles
    high: Doubles

    def errors(self, grids: Grids, power: float) -> Doubles:
        from quantengine.ranges.kernels import value_errors

        arrays = (grids.scale, grids.low_step, grids.high_step)
        return value_errors(
            self.values, self.starts, *map(np.ascontiguousarray, arrays), float(power)
        )

    def products(self, grids: Grids) -> tuple[Doubles, Doubles]:
        from quantengine.ranges.kernels import value_products

        return value_products(self.values, self.starts, *_flat(grids))


def _edges(distribution: Distribution) -> tuple[Doubles, Doubles, Doubles]:
    return distribution.left, distribution.right, distribution.count


def _flat(grids: Grids) -> tuple[Doubles, Doubles, Doubles]:
    return (
        np.ascontiguousarray(grids.scale).reshape(-1),
        np.ascontiguousarray(grids.low_step).reshape(-1),
        np.ascontiguousarray(grids.high_step).reshape(-1),
    )
