"""The values of a tensor as bins and spikes, and the error a quantizer makes on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quantengine.formats.metrics import sqnr_db as ratio_db

Doubles = NDArray[np.float64]


class Grid(Protocol):
    """What an encoding of one tensor says: scale and zero point of shape `[]`, or numbers."""

    @property
    def scale(self) -> ArrayLike: ...
    @property
    def zero_point(self) -> ArrayLike: ...
    @property
    def qmin(self) -> int: ...
    @property
    def qmax(self) -> int: ...


@dataclass(frozen=True, eq=False)
class Distribution:
    """Sorted bins that do not overlap; `count` values lie evenly over [left, right] of each.

    left, right, count float64 `[bins]`; left == right is a spike: an exact value.
    """

    left: Doubles
    right: Doubles
    count: Doubles

    @classmethod
    def of_values(cls, values: ArrayLike) -> Distribution:
        """The exact distribution of an array of any shape; NaN and Inf are left out."""
        flat = np.asarray(values).reshape(-1)
        places, count = np.unique(flat[np.isfinite(flat)], return_counts=True)
        places = places.astype(np.float64)
        return cls(places, places, count.astype(np.float64))

    def within(self, low: float, high: float) -> Distribution:
        """With values beyond the ends at them."""
        left, right = np.clip(self.left, low, high), np.clip(self.right, low, high)
        return Distribution(left, right, self.count)

    @property
    def low(self) -> float:
        """Smallest value; nan where there is none."""
        return float(self.left[0]) if self.left.size else float("nan")

    @property
    def high(self) -> float:
        """Largest value; nan where there is none."""
        return float(self.right[-1]) if self.right.size else float("nan")

    @property
    def total(self) -> float:
        """How many values there are."""
        return float(self.count.sum())

    @property
    def mean(self) -> float:
        """Mean of the values; nan where there is none."""
        if not self.total:
            return float("nan")
        return float(self.count @ ((self.left + self.right) / 2) / self.total)

    @property
    def variance(self) -> float:
        """Mean squared distance from the mean; nan where there is no value."""
        if not self.total:
            return float("nan")
        middle = (self.left + self.right) / 2 - self.mean
        inside = (self.right - self.left) ** 2 / 12
        return float(self.count @ (middle**2 + inside) / self.total)


def quantization_noise(
    distribution: Distribution, scale: float, zero_point: float, qmin: int, qmax: int
) -> tuple[float, float, float]:
    """Sum of squared errors, sum of squares, and how many values get a clamped code.

    Per bin in closed form: with t = x / s, (t - round(t))^2 integrates to
    n/12 + (t - n)^3/3 with n = round(t) inside the range, and (x - bound)^2 outside; exact for
    spikes.
    """
    from quantengine.observe.noise import noise

    noise_sum, signal_sum, clipped = noise(
        distribution.left,
        distribution.right,
        distribution.count,
        float(scale),
        float((qmin - zero_point) * scale),
        float((qmax - zero_point) * scale),
    )
    return float(noise_sum), float(signal_sum), float(clipped)


def sqnr_db(distribution: Distribution, encoding: Grid) -> float:
    """SQNR of the values under a per-tensor encoding; +inf and nan as in `formats.metrics`."""
    scale, zero = float(np.asarray(encoding.scale)), float(np.asarray(encoding.zero_point))
    lost, signal, _ = quantization_noise(distribution, scale, zero, encoding.qmin, encoding.qmax)
    return ratio_db(signal, lost)
