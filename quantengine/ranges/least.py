"""The least-error methods as range methods, for one tensor and for rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Doubles, RangeChoice, RangeSpec, SearchCurve
from quantengine.ranges.measured import Bins, Measured, Rows
from quantengine.ranges.power import least_error
from quantengine.ranges.scale import Descent, climb, settle

Choose = Callable[[TensorStats, RangeSpec, Mapping[str, float]], RangeChoice]
ChooseRows = Callable[[Rows, RangeSpec, Mapping[str, float]], tuple[Doubles, Doubles]]


def power_method(power: float | None, label: str) -> tuple[Choose, ChooseRows]:
    """mse and mae of a fixed power, lp of the parameter `p`."""

    def choose(stats: TensorStats, spec: RangeSpec, parameters: Mapping[str, float]) -> RangeChoice:
        found = least_error(Bins(stats.distribution), spec, power or parameters["p"])
        low, high, error = found.tried
        end = high if np.any(high > 0) else -low
        curve = _lower_edge(end, error / stats.distribution.total, label)
        return RangeChoice(float(found.low[0]), float(found.high[0]), curve)

    def choose_rows(
        rows: Rows, spec: RangeSpec, parameters: Mapping[str, float]
    ) -> tuple[Doubles, Doubles]:
        found = least_error(rows, spec, power or parameters["p"])
        return found.low, found.high

    return choose, choose_rows


def scale_method(descent: Descent) -> tuple[Choose, ChooseRows]:
    """admm, gradient or golden."""

    def ends(
        measured: Measured, spec: RangeSpec, parameters: Mapping[str, float]
    ) -> tuple[Doubles, Doubles]:
        ladder = climb(measured, spec, int(parameters["rungs"]))
        grids = settle(measured, ladder, descent, int(parameters["iterations"]))
        return grids.low, grids.high

    def choose(stats: TensorStats, spec: RangeSpec, parameters: Mapping[str, float]) -> RangeChoice:
        bins = Bins(stats.distribution)
        ladder = climb(bins, spec, int(parameters["rungs"]))
        grids = settle(bins, ladder, descent, int(parameters["iterations"]))
        step = float(max(ladder.full.high_step[0], -ladder.full.low_step[0]))
        curve = _lower_edge(
            ladder.scales[0] * step,
            ladder.errors[0] / stats.distribution.total,
            "mean squared error",
        )
        return RangeChoice(float(grids.low[0]), float(grids.high[0]), curve)

    return choose, ends


def _lower_edge(threshold: Doubles, objective: Doubles, label: str) -> SearchCurve:
    """The least objective at each threshold, thresholds rising."""
    places, where = np.unique(threshold, return_inverse=True)
    least = np.full(places.size, np.inf)
    np.minimum.at(least, where, objective)
    return SearchCurve(places, least, label)
