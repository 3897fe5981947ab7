"""The least-error methods as range methods, for one tensor and for rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Descended, Doubles, RangeChoice, RangeSpec, SearchCurve
from quantengine.ranges.grid import grids_of
from quantengine.ranges.measured import Bins, Measured, Rows
from quantengine.ranges.power import Space, apart, full_range, least_error, near_full, tied
from quantengine.ranges.scale import Descent, climb, from_full, from_ladder, settle
from quantengine.ranges.words import FROM_MAX

Choose = Callable[[TensorStats, RangeSpec, Mapping[str, float]], RangeChoice]
ChooseRows = Callable[[Rows, RangeSpec, Mapping[str, float]], tuple[Doubles, Doubles]]


def power_method(power: float | None, label: str) -> tuple[Choose, ChooseRows]:
    """mse and mae of a fixed power, lp of the parameter `p`."""

    def choose(stats: TensorStats, spec: RangeSpec, parameters: Mapping[str, float]) -> RangeChoice:
        bins = Bins(stats.distribution)
        found = least_error(bins, spec, power or parameters["p"], _space(bins, spec))
        low, high, error = found.tried
        end = high if np.any(high > 0) else -low
        curve = _lower_edge(end, error / stats.distribution.total, label)
        return RangeChoice(float(found.low[0]), float(found.high[0]), curve)

    def choose_rows(
        rows: Rows, spec: RangeSpec, parameters: Mapping[str, float]
    ) -> tuple[Doubles, Doubles]:
        one_end = spec.symmetric or not np.any((rows.low < 0) & (rows.high > 0))
        space = tied(25, 12, 3) if one_end else apart(11)
        found = least_error(rows, spec, power or parameters["p"], space)
        return found.low, found.high

    return choose, choose_rows


def _space(bins: Bins, spec: RangeSpec) -> Space:
    low, high = (float(end[0]) for end in full_range(bins, spec))
    space = tied(65, 160, 2) if spec.symmetric or not low < 0 < high else apart(21)
    if not bins.discrete:
        return space
    step = (high - low) / (spec.qmax - spec.qmin)
    return near_full(space, step / max(-low, step), step / max(high, step))


def scale_method(descent: Descent) -> tuple[Choose, ChooseRows]:
    """admm, gradient or golden; from the full range they end where the descent does."""

    def ends(
        measured: Measured, spec: RangeSpec, parameters: Mapping[str, float]
    ) -> tuple[Doubles, Doubles]:
        iterations = int(parameters["iterations"])
        if parameters["start"] == FROM_MAX:
            full = grids_of(measured.low, measured.high, spec)
            grids = full.rescaled(_last(descent(measured, from_full(full), iterations)))
        else:
            ladder = climb(measured, spec, 25, 25)
            found = _last(descent(measured, from_ladder(ladder), iterations))
            grids = settle(measured, ladder, found)
        return grids.low, grids.high

    def choose(stats: TensorStats, spec: RangeSpec, parameters: Mapping[str, float]) -> RangeChoice:
        bins, count = Bins(stats.distribution), stats.distribution.total
        ladder = climb(bins, spec, 65, 160)
        alone = parameters["start"] == FROM_MAX
        start = from_full(ladder.full) if alone else from_ladder(ladder)
        path = np.stack([*descent(bins, start, int(parameters["iterations"]))])
        grids = ladder.full.rescaled(path[-1]) if alone else settle(bins, ladder, path[-1])
        step = float(ladder.full.high_step[0] or -ladder.full.low_step[0])
        curve = _lower_edge(ladder.scales[0] * step, ladder.errors[0] / count, "mean squared error")
        loss = bins.errors(ladder.full.rescaled(path.T), 2.0)[0] / count
        return RangeChoice(
            float(grids.low[0]),
            float(grids.high[0]),
            curve,
            descent=Descended(path[:, 0] * step, loss),
        )

    return choose, ends


def _last(path: Iterable[Doubles]) -> Doubles:
    *_, last = path
    return last


def _lower_edge(threshold: Doubles, objective: Doubles, label: str) -> SearchCurve:
    """The least objective at each threshold, thresholds rising."""
    places, where = np.unique(threshold, return_inverse=True)
    least = np.full(places.size, np.inf)
    np.minimum.at(least, where, objective)
    return SearchCurve(places, least, label)
