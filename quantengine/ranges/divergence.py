"""Ranges by divergence between the histograms of a tensor and of its quantized form."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Doubles, RangeChoice, RangeSpec, SearchCurve, least_of
from quantengine.ranges.extremes import extremes_of
from quantengine.ranges.histogram import cumulative, cumulative_size
from quantengine.sentence import Sentence

_POINTS, _LEAST_POINTS = 9600, 4
"""Of the cumulative histogram in all and in a bin: cells of the grid end between bin edges."""

FEW = Sentence("The search had a single candidate, so there was nothing to choose.")


def search_ratios(parameters: Mapping[str, float]) -> Doubles:
    """search_start_scale, one search_step more, ..., search_end_scale."""
    start, step = parameters["search_start_scale"], parameters["search_step"]
    count = int(np.floor((parameters["search_end_scale"] - start) / step + 1e-6)) + 1
    return np.asarray(start + step * np.arange(max(count, 1)), np.float64)


def divergence(
    stats: TensorStats, spec: RangeSpec, parameters: Mapping[str, float], metric: int, label: str
) -> RangeChoice:
    """Scales the percentile range by each ratio and keeps the one of least divergence.

    Symmetric: histogram of |x| over [0, 2 max]. Asymmetric: of x - min over [0, 2 (max - min)],
    and only the upper end moves (methods.md, section 2). Beyond the range the divergence hardly
    tells ratios apart, and with fewer bins than steps it tells nothing of the steps: the `_wide`
    searches, as documented at first, have both.
    """
    from quantengine.ranges.kernels_divergence import divergences

    least, largest = extremes_of(stats, parameters["p"], parameters["p"])
    low, high = min(least.value, 0.0), max(largest.value, 0.0)
    reach = max(-low, high) if spec.symmetric else high - low
    bins = int(parameters["bins"])
    points = max(_POINTS // bins, _LEAST_POINTS)
    share = _cumulative_share(stats, spec, low, np.linspace(0.0, 2.0 * reach, bins * points + 1))
    ratios = search_ratios(parameters)
    steps = spec.dtype.half_steps if spec.symmetric else spec.qmax - spec.qmin
    objective = divergences(share, ratios, steps, bins, metric)
    best = reach * ratios[int(least_of(objective))]
    curve = SearchCurve(
        ratios * reach if spec.symmetric else low + ratios * reach, objective, label
    )
    note = FEW if ratios.size < 2 else None
    if spec.symmetric:
        return RangeChoice(-best, best, curve, note)
    return RangeChoice(low, low + best, curve, note)


def _cumulative_share(stats: TensorStats, spec: RangeSpec, low: float, at: Doubles) -> Doubles:
    """Share of the values up to each point; those beyond the last point belong to its bin."""
    if spec.symmetric:
        counted = cumulative_size(stats.distribution, at)
    else:
        counted = cumulative(stats.distribution, low + at)
    counted[-1] = stats.distribution.total
    return counted / stats.distribution.total
