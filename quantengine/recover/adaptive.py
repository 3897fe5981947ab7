"""AdaRound: whether each weight goes up or down, learned by descent on the output error."""

from __future__ import annotations

import math
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from quantengine.monitor import SILENT, Monitor
from quantengine.recover.problem import Doubles, Grid, Problem

MOST_STEPS = 4000
_LEAST_STEPS = 400
_WORK = 3e10
"""Multiplications of one layer: 4,000 steps of 256 inputs and 114 outputs, some seconds."""
_STRETCH_LOW, _STRETCH_HIGH = -0.1, 1.1
_RATE, _FASTEST = 0.01, 0.05
_WEIGHT = 0.01
_WARM = 0.2
_DECIDED = 1e-3


def steps_for(problem: Problem) -> int:
    """As many as the textbook's 4,000, fewer of a layer whose steps take long."""
    groups, rows, depth = problem.target.shape
    return int(np.clip(_WORK / (groups * rows * depth**2), _LEAST_STEPS, MOST_STEPS))


def round_adaptive(
    problem: Problem,
    grid: Grid,
    *,
    steps: int | None = None,
    until: float = math.inf,
    monitor: Monitor = SILENT,
) -> NDArray[np.int32]:
    """Codes `[G, R, K]`: w_q = s (floor(w / s) + h(V)), h = clip(1.2 sigmoid(V) - 0.1, 0, 1).

    Minimizes tr E H E^T + lambda sum (1 - |2h - 1|^beta), beta from 20 to 2, by Adam (Nagel 2020;
    methods.md, section 5). The output error is exact in H, so no batch is drawn; it is relative to
    a step of the scale at an input of mean power. Fewer `steps` take larger ones; it ends early
    where every h is 0 or 1, and at `until` on the clock of `monotonic`.
    """
    count = steps_for(problem) if steps is None else steps
    rate = min(_RATE * MOST_STEPS / count, _FASTEST)
    hessian = problem.hessian
    real = problem.target / grid.scale
    floor = np.floor(real)
    v = -np.log((_STRETCH_HIGH - _STRETCH_LOW) / (real - floor - _STRETCH_LOW) - 1)
    size = np.einsum("gkk->g", hessian).reshape(-1, 1, 1) / hessian.shape[-1]
    curve = hessian / np.maximum(size, 1e-30)
    first, second = np.zeros_like(v), np.zeros_like(v)
    for step in range(1, count + 1):
        monitor.check()
        h, slope = _soft(v)
        wanted = floor + grid.zero + h
        held = np.clip(wanted, grid.qmin, grid.qmax)
        lost = held - grid.zero - real
        gradient = 2 * _products(lost, grid.scale, curve) * (held == wanted) * slope
        gradient += _pull(h, step / count) * slope
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        v -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        if monotonic() > until or (step > _WARM * count and _is_decided(h)):
            break
    up = _soft(v)[0] >= 0.5
    return np.asarray(np.clip(floor + grid.zero + up, grid.qmin, grid.qmax), np.int32)


def _products(lost: Doubles, scale: Doubles, curve: Doubles) -> Doubles:
    """The derivative of half the output error by codes, in steps of each scale."""
    return np.asarray(((lost * scale) @ curve) / scale, np.float64)


def _is_decided(h: Doubles) -> bool:
    return bool(np.all(np.minimum(h, 1 - h) < _DECIDED))


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
