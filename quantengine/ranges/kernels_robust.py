"""The compiled loop of half-quadratic quantization, in steps of the grid that it starts from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

_SETTLED = 1e-5
_TINY = 1e-8


@compiled
def robust_grids(
    values: Floats,
    counts: Floats,
    starts: NDArray[np.int64],
    grids: Doubles,
    numbers: Doubles,
    symmetric: bool,
) -> Doubles:
    """scale, low_step, high_step `[3, rows]` of least sum |x - x̂|^p that was met on the way.

    Row r is values[starts[r]:starts[r + 1]], each of them there `counts` times (once where that is
    empty). `grids` is where it starts; `numbers` are p, beta, its growth and iterations.
    """
    found = grids.copy()
    power, growth, iterations = numbers[0], numbers[2], int(numbers[3])
    for row in range(grids.shape[1]):
        begin, end, unit = starts[row], starts[row + 1], 1.0 / grids[0, row]
        scale, low = 1.0, grids[1, row]
        levels = grids[2, row] - low
        beta, least = numbers[1], np.inf
        for _ in range(iterations + 1):
            error, count = 0.0, 0.0
            sum_k, sum_kk, sum_t, sum_kt = 0.0, 0.0, 0.0, 0.0
            for i in range(begin, end):
                times = counts[i] if counts.size else 1.0
                t = values[i] * unit
                step = min(max(np.rint(t / scale), low), low + levels)
                gap = t - scale * step
                size = abs(gap) + _TINY
                pull = size ** (power - 1.0)
                error += times * size * pull
                kept = max(size - pull / beta, 0.0)
                target = t - (kept if gap > 0 else -kept)
                k = step - low
                count += times
                sum_k += times * k
                sum_kk += times * k * k
                sum_t += times * target
                sum_kt += times * k * target
            if error < least:
                least = error
                found[0, row] = scale / unit
                found[1, row], found[2, row] = low, low + levels
            before, zero = scale, -low
            spread = count * sum_kk - sum_k * sum_k
            if not symmetric and spread > 0:
                slope = (count * sum_kt - sum_k * sum_t) / spread
                if slope > 0:
                    wanted = -(sum_t - slope * sum_k) / count / slope
                    zero = min(max(np.rint(wanted), 0.0), levels)
            square = sum_kk - 2.0 * zero * sum_k + zero * zero * count
            product = sum_kt - zero * sum_t
            if not (square > 0 and product > 0):
                break
            scale = product / square
            if abs(scale - before) <= _SETTLED * before and zero == -low:
                break
            low = -zero
            beta *= growth
    return found
