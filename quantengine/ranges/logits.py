"""The range that keeps the class probabilities of a classifier's logits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import PlanError
from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Doubles, RangeChoice, RangeSpec, SearchCurve, least_of
from quantengine.ranges.grid import Grids, grids_of


def cross_entropy(
    stats: TensorStats, spec: RangeSpec, _parameters: Mapping[str, float]
) -> RangeChoice:
    """argmin of the mean of H(softmax(x), softmax(x̂)) over the kept rows (Nagel 2021).

    Both ends shrink together. Raises PlanError where no rows were kept.
    """
    rows = _usable(stats)
    target = _softmax(rows)
    low, high = min(stats.distribution.low, 0.0), max(stats.distribution.high, 0.0)
    if spec.symmetric:
        low, high = -max(-low, high), max(-low, high)
    tried, objective = np.zeros(0), np.zeros(0)
    around = np.linspace(1.0, 0.1, 19)
    for reach in (0.025, 0.01, 0.0):
        losses = _losses(rows, target, grids_of(low * around, high * around, spec))
        tried, objective = np.append(tried, around), np.append(objective, losses)
        best = float(tried[int(least_of(objective))])
        around = best + reach * np.array([-1.0, -0.5, 0.5, 1.0])
    order = np.argsort(tried)
    end = high if high > 0 else -low
    curve = SearchCurve(end * tried[order], objective[order], "cross entropy")
    return RangeChoice(low * best, high * best, curve)


def _usable(stats: TensorStats) -> NDArray[np.float32]:
    rows = stats.kept
    if rows is not None:
        rows = rows[np.isfinite(rows).all(axis=1)]
    if rows is None or not rows.size:
        raise PlanError(
            "The method 'cross_entropy' cannot choose a range for '{0}', whose rows were not "
            "kept: it is meant for the logits a network puts out.",
            stats.name,
        )
    return rows


def _softmax(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _losses(rows: NDArray[np.float32], target: NDArray[np.float32], grids: Grids) -> Doubles:
    """Mean cross entropy for grids `[k]`, float64 `[k]`: log sum exp x̂ - sum p x̂ of each row."""
    losses = []
    for scale, low, high in grids.packed.T.astype(np.float32):
        seen = np.clip(np.rint(rows / scale), low, high) * scale
        seen -= seen.max(axis=1, keepdims=True)
        kept = np.einsum("rc,rc->r", target, seen)
        losses.append(float(np.mean(np.log(np.exp(seen).sum(axis=1)) - kept)))
    return np.array(losses)
