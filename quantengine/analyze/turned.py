"""Which weights have another code than the nearest one, since recovery chose it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.chosen_levels import is_held_wider
from quantengine.graph.model import FloatModel
from quantengine.resolve.resolve import Resolution


@dataclass(frozen=True, eq=False)
class Turned:
    """`steps` int, of the weight's shape: by how many codes each value lies off its nearest one."""

    weight: str
    steps: NDArray[Any]

    @property
    def up(self) -> float:
        """Share of the values that went one code up."""
        return self._share(self.steps == 1)

    @property
    def down(self) -> float:
        return self._share(self.steps == -1)

    @property
    def further(self) -> float:
        """Share of those that went more than one."""
        return self._share(np.abs(self.steps) > 1)

    def rows(self, axis: int) -> NDArray[Any]:
        """`[C, K]`: a line for each output channel, which lie along `axis`."""
        return np.moveaxis(self.steps, axis, 0).reshape(self.steps.shape[axis], -1)

    def _share(self, which: NDArray[np.bool_]) -> float:
        return float(np.count_nonzero(which)) / max(self.steps.size, 1)


def turned(model: FloatModel, resolution: Resolution, weight: str) -> Turned | None:
    """None where codes are the nearest, or lie on a grid that has no nearest: odd codes alone.

    Nearest on the scales that the weight has now: rounding may have changed those too.
    """
    encodings = resolution.encodings
    encoding, codes = encodings.weights.get(weight), encodings.codes.get(weight)
    if encoding is None or codes is None or is_held_wider(resolution, weight):
        return None
    nearest = encoding.quantize(model.weight(weight))
    return Turned(weight, codes.astype(np.int64) - nearest.astype(np.int64))
