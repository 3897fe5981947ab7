"""How far a weight on its grid lies from the one that was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding, Floats
from quantengine.formats.granularity import spread

_CHOSEN_STEPS = 4.0
"""Root mean square that codes chosen otherwise (by error feedback, by training) may be away."""
_CHOSEN_SHARE = 0.1
"""The same as a share of the weight: what makes up for other errors is many of the finest steps."""
_HALF = 0.501
"""Of a step: what rounding to nearest may move a value, and a little."""
_LAST_BITS = 2.0**-23
"""Of the number of codes: what float32, in which values are divided by the step, adds to that."""


@dataclass(frozen=True)
class Distance:
    """In steps: the largest and the root mean square; `beyond` as `times_beyond` has it.

    What lies beyond the ends of the grid counts from there, what is no number not at all.
    """

    largest: float
    usual: float
    beyond: float
    dtype: IntegerType

    @property
    def is_nearest(self) -> bool:
        """Whether rounding to nearest moves as much; signs are not rounded."""
        return self.dtype.is_sign or self.largest <= _HALF + _LAST_BITS * 2**self.dtype.bits

    @property
    def is_chosen(self) -> bool:
        """Whether codes that make up for other errors may lie there."""
        return self.dtype.is_sign or self.beyond <= 1


def distance(given: Floats, on_grid: Floats, encoding: Encoding) -> Distance:
    """Of two weights of one shape."""
    step, low, high = (
        spread(np.asarray(part, np.float64), encoding.granularity, given.shape)
        for part in (encoding.scale, encoding.low, encoding.high)
    )
    finite = np.isfinite(given)
    held = np.clip(np.where(finite, given, 0), low, high)
    moved = np.where(finite, np.abs(on_grid - held), 0)
    largest = float((moved / step).max(initial=0))
    return Distance(largest, _rms(moved / step), times_beyond(moved, step, held), encoding.dtype)


def times_beyond(moved: NDArray[Any], step: NDArray[Any], weight: NDArray[Any]) -> float:
    """How many times too far codes that make up for other errors `moved` a weight; 1: just not."""
    if not np.any(moved):
        return 0.0
    share = _rms(moved) / max(_rms(weight), float(np.finfo(np.float32).tiny))
    return min(_rms(moved / step) / _CHOSEN_STEPS, share / _CHOSEN_SHARE)


def _rms(values: NDArray[Any]) -> float:
    return float(np.sqrt(np.mean(np.square(values)))) if values.size else 0.0
