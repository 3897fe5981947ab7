"""The integer grids that candidate ranges lead to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quantengine.formats.encoding import encode_range
from quantengine.ranges.choice import Doubles, RangeSpec


@dataclass(frozen=True, eq=False)
class Grids:
    """Grids scale * (low_step, ..., -1, 0, 1, ..., high_step); all arrays have one shape."""

    scale: Doubles
    low_step: Doubles
    high_step: Doubles

    @property
    def low(self) -> Doubles:
        return self.scale * self.low_step

    @property
    def high(self) -> Doubles:
        return self.scale * self.high_step

    def scaled(self, scale: Doubles) -> Grids:
        """The same steps at other scales; shapes broadcast."""
        return Grids(
            scale,
            np.broadcast_to(self.low_step, scale.shape),
            np.broadcast_to(self.high_step, scale.shape),
        )


def grids_of(low: Doubles, high: Doubles, spec: RangeSpec) -> Grids:
    """The grids `encode_range` makes of ranges of any shape, so that a search judges the real one."""
    encoding = encode_range(low, high, spec.dtype, symmetric=spec.symmetric, narrow=spec.narrow)
    zero = encoding.zero_point.astype(np.float64)
    return Grids(encoding.scale.astype(np.float64), spec.qmin - zero, spec.qmax - zero)
