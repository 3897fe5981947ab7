"""The integer grids that candidate ranges lead to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quantengine.ranges.choice import Doubles, RangeSpec


@dataclass(frozen=True, eq=False)
class Grids:
    """Grids scale * (low_step, ..., -1, 0, 1, ..., high_step); arrays of one shape."""

    scale: Doubles
    low_step: Doubles
    high_step: Doubles

    @property
    def low(self) -> Doubles:
        return self.scale * self.low_step

    @property
    def high(self) -> Doubles:
        return self.scale * self.high_step

    @property
    def packed(self) -> Doubles:
        """scale, low_step and high_step along a first axis, as the kernels take them."""
        return np.stack([self.scale, self.low_step, self.high_step])

    def rescaled(self, scale: Doubles) -> Grids:
        """The steps of grids `[rows]` at scales `[rows]` or `[rows, k]`."""
        if scale.ndim == 1:
            return Grids(scale, self.low_step, self.high_step)
        count = scale.shape[1]
        low_step = np.repeat(self.low_step[:, None], count, axis=1)
        return Grids(scale, low_step, np.repeat(self.high_step[:, None], count, axis=1))


def grids_of(low: Doubles, high: Doubles, spec: RangeSpec) -> Grids:
    """The grids `encode_range` makes of ranges of any shape: a search judges the real ones."""
    encoding = spec.encode(low, high)
    zero = encoding.zero_point.astype(np.float64)
    return Grids(encoding.scale.astype(np.float64), spec.qmin - zero, spec.qmax - zero)
