"""The widely used form of the divergence search: 2048 bins of |x|, one threshold a bin."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import RangeChoice, RangeSpec, SearchCurve, least_of
from quantengine.ranges.divergence import FEW
from quantengine.ranges.histogram import cumulative_size


def entropy(stats: TensorStats, spec: RangeSpec, parameters: Mapping[str, float]) -> RangeChoice:
    """Least D(P‖Q) over thresholds from `start_bins` bins up (Migacz 2017).

    P is the histogram below the threshold with the outliers added to its last bin, Q the same
    bins merged into 2^(b-1) levels and expanded over those that are not empty. Exact zeros are
    left out: they cost nothing on any grid.
    """
    from quantengine.ranges.kernels_divergence import merge_divergences

    seen = stats.distribution
    reach = max(-seen.low, seen.high)
    bins, first = int(parameters["bins"]), int(parameters["start_bins"])
    levels = 1 << (spec.dtype.bits - 1)
    counts = np.diff(cumulative_size(seen, np.linspace(0.0, reach, bins + 1)))
    # Finer thresholds than the levels can tell apart would only cost time.
    used = np.arange(min(first, bins), bins + 1, max(1, min(levels, bins) // 128))
    used[-1] = bins
    objective = merge_divergences(counts / counts.sum(), used, levels)
    thresholds = np.asarray(used * (reach / bins), np.float64)
    best = float(thresholds[int(least_of(objective))])
    curve = SearchCurve(thresholds, objective, "KL divergence")
    note = FEW if used.size < 2 else None
    if spec.symmetric:
        return RangeChoice(-best, best, curve, note)
    return RangeChoice(max(seen.low, -best), min(seen.high, best), curve, note)
