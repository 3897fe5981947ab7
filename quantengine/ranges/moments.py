"""Ranges from mean and spread, seen or promised by a batch norm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from quantengine.errors import PlanError
from quantengine.observe.statistics import TensorStats
from quantengine.ranges.choice import Doubles, RangeChoice, RangeSpec
from quantengine.ranges.measured import Rows


def mean_std(stats: TensorStats, _spec: RangeSpec, parameters: Mapping[str, float]) -> RangeChoice:
    """mean - k d to mean + k d, no wider than what was seen."""
    reach = parameters["k"] * float(np.sqrt(stats.variance))
    seen = stats.distribution
    return RangeChoice(max(seen.low, stats.mean - reach), min(seen.high, stats.mean + reach))


def mean_std_rows(
    rows: Rows, _spec: RangeSpec, parameters: Mapping[str, float]
) -> tuple[Doubles, Doubles]:
    """mean - k d to mean + k d of each row, no wider than the row."""
    from quantengine.ranges.kernels_rows import row_moments

    mean, variance = row_moments(rows.values, rows.starts)
    reach = parameters["k"] * np.sqrt(variance)
    return np.maximum(rows.low, mean - reach), np.minimum(rows.high, mean + reach)


def pixels(stats: TensorStats, _spec: RangeSpec, _parameters: Mapping[str, float]) -> RangeChoice:
    """(0 - mean) / std to (255 / scale - mean) / std, the farthest of all channels (001).

    Needs no data. Raises PlanError where the tensor is no input that is made of images.
    """
    if stats.prepared is None:
        raise PlanError(
            "The method 'pixels' cannot choose a range for '{0}', which is not made of images: "
            "choose another method for this tensor.",
            stats.name,
        )
    return RangeChoice(*stats.prepared)


def batchnorm(stats: TensorStats, _spec: RangeSpec, parameters: Mapping[str, float]) -> RangeChoice:
    """min(beta - alpha |gamma|) to max(beta + alpha |gamma|) of the batch norm before (Nagel 2019).

    Needs no data. Raises PlanError where no batch norm made the tensor.
    """
    if stats.batch_norm is None:
        raise PlanError(
            "The method 'batchnorm' cannot choose a range for '{0}', which no batch norm made: "
            "choose another method for this tensor.",
            stats.name,
        )
    gamma, beta = (np.asarray(part, np.float64) for part in stats.batch_norm)
    reach = parameters["alpha"] * np.abs(gamma)
    return RangeChoice(float(np.min(beta - reach)), float(np.max(beta + reach)))
