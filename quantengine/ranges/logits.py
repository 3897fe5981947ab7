"""The range that keeps the class probabilities of a classifier's logits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import PlanError
from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Doubles, RangeChoice, RangeSpec, SearchCurve
from quantengine.ranges.grid import grids_of


def cross_entropy(
    stats: TensorStats, spec: RangeSpec, parameters: Mapping[str, float]
) -> RangeChoice:
    """argmin of the mean of H(softmax(x), softmax(x̂)) over the kept rows (Nagel 2021).

    Both ends shrink together. Raises PlanError where no rows were kept.
    """
    rows = stats.kept
    if rows is None or not rows.size:
        raise PlanError(
            f"The method 'cross_entropy' cannot choose a range for '{stats.name}', whose rows were "
            "not kept: it is meant for the logits a network puts out."
        )
    rows = np.nan_to_num(np.asarray(rows, np.float32))
    low, high = min(stats.distribution.low, 0.0), max(stats.distribution.high, 0.0)
    if spec.symmetric:
        low, high = -max(-low, high), max(-low, high)
    target = _softmax(rows)
    shares = np.linspace(1.0, 0.1, 19)
    tried, objective = shares, _losses(rows, target, low, high, shares, spec)
    step = shares[0] - shares[1]
    for reach in (step / 2, step / 6):
        around = tried[int(np.argmin(objective))] + reach * np.array([-1.0, -0.5, 0.5, 1.0])
        tried = np.concatenate((tried, around))
        objective = np.append(objective, _losses(rows, target, low, high, around, spec))
    best = tried[int(np.argmin(objective))]
    order = np.argsort(tried)
    end = high if high > 0 else -low
    curve = SearchCurve(end * tried[order], objective[order], "cross entropy")
    return RangeChoice(low * float(best), high * float(best), curve)


def _softmax(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _losses(
    rows: NDArray[np.float32],
    target: NDArray[np.float32],
    low: float,
    high: float,
    shares: Doubles,
    spec: RangeSpec,
) -> Doubles:
    """Mean cross entropy for each share of the range, float64 `[shares]`."""
    grids = grids_of(low * shares, high * shares, spec)
    losses = []
    for scale, first, last in zip(grids.scale, grids.low_step, grids.high_step, strict=True):
        steps = np.clip(np.rint(rows / np.float32(scale)), np.float32(first), np.float32(last))
        seen = steps * np.float32(scale)
        seen -= seen.max(axis=1, keepdims=True)
        kept = np.einsum("rc,rc->r", target, seen)
        losses.append(float(np.mean(np.log(np.exp(seen).sum(axis=1)) - kept)))
    return np.array(losses)
