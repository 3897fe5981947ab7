"""What the searches see: one distribution, or many rows of values, behind the same questions."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.distribution import Distribution
from quantengine.ranges.choice import Doubles
from quantengine.ranges.grid import Grids
from quantengine.ranges.thinned import thinned

_SHARE = 1 << 22
"""Values times candidates that keep a thread busy for 0.8 ms: handing them over costs 0.1 ms."""


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

    @property
    def discrete(self) -> bool:
        """Whether every value is known exactly."""
        return not self._spread.any()

    @cached_property
    def searched(self) -> Distribution:
        """The bins that a search looks at."""
        return thinned(self.distribution)

    @cached_property
    def _spread(self) -> NDArray[np.bool_]:
        """Bins wide enough to be told from a spike in double precision."""
        bins = self.searched
        return bins.right - bins.left > 1e-9 * np.maximum(np.abs(bins.left), np.abs(bins.right))

    @cached_property
    def _edges(self) -> Doubles:
        """Place and weight of every edge `[2, m]`: the step of the density, left minus right."""
        bins, wide = self.searched, self._spread
        density = bins.count[wide] / (bins.right[wide] - bins.left[wide])
        places = np.stack([bins.left[wide], bins.right[wide]], axis=1).reshape(-1)
        weights = np.stack([-density, density], axis=1).reshape(-1)
        if not places.size:
            return np.zeros((2, 0))
        first = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
        return np.stack([places[first], np.add.reduceat(weights, first)])

    @cached_property
    def _spikes(self) -> Doubles:
        """Value and count of every exact value `[2, n]`."""
        bins, narrow = self.searched, ~self._spread
        return np.stack([(bins.left[narrow] + bins.right[narrow]) / 2.0, bins.count[narrow]])

    def errors(self, grids: Grids, power: float) -> Doubles:
        from quantengine.ranges.kernels import bin_errors

        packed = grids.packed
        errors = bin_errors(self._edges, self._spikes, packed.reshape(3, -1), power)
        return errors.reshape(packed.shape[1:])

    def products(self, grids: Grids) -> Doubles:
        from quantengine.ranges.kernels import bin_products

        return bin_products(self._edges, self._spikes, grids.packed)


@dataclass(frozen=True, eq=False)
class Rows:
    """Finite float32 values; row r is values[starts[r]:starts[r + 1]]."""

    values: NDArray[np.float32]
    starts: NDArray[np.int64]
    low: Doubles
    high: Doubles

    def errors(self, grids: Grids, power: float) -> Doubles:
        packed = grids.packed
        parts = self._parts(packed.shape[2])
        if len(parts) == 1:
            errors = self._part_errors(packed, power, parts[0])
        else:
            with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1)) as pool:
                found = pool.map(partial(self._part_errors, packed, power), parts)
                errors = np.concatenate([*found])
        return errors * grids.scale**power

    def _parts(self, candidates: int) -> list[slice]:
        """Rows that one thread takes at a time."""
        size = max(1, len(self.low) * _SHARE // max(len(self.values) * candidates, 1))
        return [slice(row, row + size) for row in range(0, len(self.low), size)]

    def _part_errors(self, packed: Doubles, power: float, part: slice) -> Doubles:
        from quantengine.ranges.kernels_rows import value_errors

        starts = self.starts[part.start : part.stop + 1]
        return value_errors(self.values, starts, np.ascontiguousarray(packed[:, part]), power)

    def products(self, grids: Grids) -> Doubles:
        from quantengine.ranges.kernels_rows import value_products

        return value_products(self.values, self.starts, grids.packed)
