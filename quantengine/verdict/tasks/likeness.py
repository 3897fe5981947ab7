"""How alike two pictures are to an eye (Wang 2004)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

WINDOW = 7
_FIRST, _SECOND = 0.01**2, 0.03**2


def likeness(ours: Doubles, theirs: Doubles) -> float:
    """SSIM of two pictures `[C, H, W]` of values in 0..1, by plain windows of 7 x 7.

    The mean over windows and channels; 1 of equal ones, nan of those smaller than a window.
    """
    if min(ours.shape[-2:]) < WINDOW:
        return float("nan")
    means = [_windows(values) for values in (ours, theirs)]
    squares = [_windows(values * values) for values in (ours, theirs)]
    count = WINDOW**2
    unbiased = count / (count - 1)
    one, two = (unbiased * (s - m * m) for s, m in zip(squares, means, strict=True))
    both = unbiased * (_windows(ours * theirs) - means[0] * means[1])
    light = (2 * means[0] * means[1] + _FIRST) / (means[0] ** 2 + means[1] ** 2 + _FIRST)
    shape = (2 * both + _SECOND) / (one + two + _SECOND)
    return float(np.mean(light * shape))


def _windows(values: Doubles) -> Doubles:
    """The mean of each window."""
    sums = np.pad(values.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0)))
    step = WINDOW
    whole = sums[:, step:, step:] - sums[:, :-step, step:]
    return np.asarray((whole - sums[:, step:, :-step] + sums[:, :-step, :-step]) / step**2)
