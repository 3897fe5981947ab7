"""What is known of the curvature that scales the gradients of ewgs; needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SURE = 0.25
"""Of the mean, what its standard error may be."""


@dataclass(frozen=True)
class Trace:
    """Mean of the draws and its standard error."""

    mean: float
    error: float

    def is_sure(self, least: float = 0.0) -> bool:
        """Whether the error is below a quarter of the mean, or both are below `least`."""
        surely_small = abs(self.mean) + 2 * self.error <= least
        return surely_small or self.error <= SURE * abs(self.mean)


@dataclass(frozen=True)
class Deltas:
    """delta by quantizer, after how many draws, and whose trace is still not known to a quarter."""

    values: Mapping[str, float]
    draws: int
    unsure: tuple[str, ...] = ()
