"""The levels on which the codes lie that were chosen for a weight, instead of the nearest ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.granularity import PerAxis
from quantengine.graph.model import FloatModel
from quantengine.resolve.resolve import Resolution
from quantengine.resolve.weights import weight_sqnr_db

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ChosenLevels:
    """`level` [L] in real numbers, from below, and how many values lie on each, `count` [L].

    `sqnr_db` is what the weight, or the channel of it, keeps.
    """

    level: Doubles
    count: Doubles
    sqnr_db: float

    @property
    def step(self) -> float:
        """Distance of neighbours."""
        return float(self.level[1] - self.level[0])


def is_held_wider(resolution: Resolution, weight: str) -> bool:
    """Whether a weight lies on the odd codes alone of a type with more bits than it is given."""
    plan, encoding = resolution.weight_plans.get(weight), resolution.encodings.weights.get(weight)
    if plan is None or plan.integer is None or encoding is None:
        return False
    return encoding.dtype.bits > plan.integer.bits


def chosen_levels(
    model: FloatModel, resolution: Resolution, weight: str, channel: int | None = None
) -> ChosenLevels | None:
    """None where codes are the nearest ones, or where what is asked for has several scales."""
    encodings = resolution.encodings
    encoding, codes = encodings.weights.get(weight), encodings.codes.get(weight)
    if encoding is None or codes is None:
        return None
    values, scale, zero = model.weight(weight), encoding.scale, encoding.zero_point
    if channel is not None and isinstance(encoding.granularity, PerAxis):
        axis = encoding.granularity.axis
        values, codes = values.take(channel, axis), codes.take(channel, axis)
        scale, zero = scale[channel], zero[channel]
    if np.ndim(scale):
        return None
    plan = resolution.weight_plans.get(weight)
    if plan is not None and plan.integer is not None and is_held_wider(resolution, weight):
        last = 2**plan.integer.bits - 1
        grid = np.arange(-last, last + 1, 2)
    else:
        grid = np.arange(encoding.qmin, encoding.qmax + 1)
    real = (grid - int(zero)) * float(scale)
    count = np.array([np.count_nonzero(codes == code) for code in grid], np.float64)
    rounded = (codes.astype(np.float64) - int(zero)) * float(scale)
    return ChosenLevels(real, count, weight_sqnr_db(values, rounded))
