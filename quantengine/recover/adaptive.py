"""AdaRound: whether each weight goes up or down, learned by descent on the output error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.monitor import SILENT, Monitor

Doubles = NDArray[np.float64]

_STRETCH_LOW, _STRETCH_HIGH = -0.1, 1.1
_RATE = 0.02
_WEIGHT = 0.01
_WARM = 0.2


def round_adaptive(
    rows: Doubles,
    hessian: Doubles,
    scale: Doubles,
    zero: NDArray[np.int32],
    qmin: int,
    qmax: int,
    *,
    steps: int = 400,
    monitor: Monitor = SILENT,
) -> NDArray[np.int32]:
    """Codes `[G, R, K]`: w_q = s (floor(w / s) + h(V)), h = clip(1.2 sigmoid(V) - 0.1, 0, 1).

    Minimizes tr E H E^T + lambda sum (1 - |2h - 1|^beta), beta from 20 to 2, by Adam (Nagel 2020;
    methods.md, section 5). The output error is exact in H, so no batch is drawn. lambda is
    relative to the error of rounding to nearest.
    """
    floor = np.floor(rows / scale)
    share = np.clip(rows / scale - floor, 0.01, 0.99)
    v = -np.log((_STRETCH_HIGH - _STRETCH_LOW) / (share - _STRETCH_LOW) - 1)
    size = np.einsum("gkk->g", hessian).reshape(-1, 1, 1) / hessian.shape[-1]
    curve = hessian / np.maximum(size, 1e-30)
    unit = 1 / np.maximum(scale, 1e-30)
    first, second = np.zeros_like(v), np.zeros_like(v)
    for step in range(1, steps + 1):
        monitor.check()
        h, slope = _soft(v)
        held = np.clip(floor + zero + h, qmin, qmax)
        inside = held == floor + zero + h
        lost = (held - zero) * scale - rows
        gradient = 2 * (lost @ curve) * unit * inside * slope
        gradient += _pull(h, step / steps) * slope
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        v -= _RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    up = _soft(v)[0] >= 0.5
    return np.asarray(np.clip(floor + zero + up, qmin, qmax), np.int32)


def _soft(v: Doubles) -> tuple[Doubles, Doubles]:
    """h and dh/dV."""
    sigmoid = 1 / (1 + np.exp(-v))
    stretched = (_STRETCH_HIGH - _STRETCH_LOW) * sigmoid + _STRETCH_LOW
    inside = (stretched > 0) & (stretched < 1)
    slope = (_STRETCH_HIGH - _STRETCH_LOW) * sigmoid * (1 - sigmoid) * inside
    return np.clip(stretched, 0, 1), slope


def _pull(h: Doubles, progress: float) -> Doubles:
    """Derivative of lambda (1 - |2h - 1|^beta), zero while warming up."""
    if progress < _WARM:
        return np.zeros_like(h)
    beta = 2 + 18 * (1 - (progress - _WARM) / (1 - _WARM))
    distance = 2 * h - 1
    return np.asarray(
        -_WEIGHT * 2 * beta * np.sign(distance) * np.abs(distance) ** (beta - 1), np.float64
    )
