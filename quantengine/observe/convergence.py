"""Which sample made a range, and how ranges move with the number of samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.histogram import GROUPS
from quantengine.observe.moments import Moments
from quantengine.observe.replicates import group_of
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable


@dataclass(frozen=True)
class Extremes:
    """Smallest and largest value of a tensor, and the first sample by name that had it.

    nan and None where no sample had a value.
    """

    low: float
    high: float
    low_sample: str | None
    high_sample: str | None


@dataclass(frozen=True, eq=False)
class Growth:
    """low, high float32 `[samples]`: the range after the first k samples, in table order."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]


def extremes(table: CalibrationTable, tensor: str) -> Extremes:
    """The range of a tensor and the samples to blame for it."""
    return _extremes(table.tensors[tensor], table.samples)


def growth(table: CalibrationTable, tensor: str) -> Growth:
    """How the range of a tensor widened from sample to sample; nan before the first value."""
    stats = table.tensors[tensor]
    return Growth(np.fmin.accumulate(stats.sample_low), np.fmax.accumulate(stats.sample_high))


def stages(table: CalibrationTable, tensor: str) -> list[tuple[int, TensorStats]]:
    """(number of samples, statistics) for growing parts of the data; the last is all of it.

    Any range method run on them shows how its choice settles. The parts are fixed quarters of the
    samples, drawn by name, so tables of shards have the same ones. Leaves out empty quarters.
    """
    groups = np.array([group_of(name) for name in table.samples])
    found: list[tuple[int, TensorStats]] = []
    for last in range(GROUPS):
        inside = groups <= last
        if np.any(groups == last):
            part = _part(table.tensors[tensor], tuple(range(last + 1)), inside)
            found.append((int(inside.sum()), part))
    found[-1] = (len(table.samples), table.tensors[tensor])
    return found


def replicates(table: CalibrationTable, tensor: str) -> list[tuple[int, TensorStats]]:
    """(number of samples, statistics) of each quarter by itself: their spread is the noise."""
    groups = np.array([group_of(name) for name in table.samples])
    return [
        (int((groups == group).sum()), _part(table.tensors[tensor], (group,), groups == group))
        for group in range(GROUPS)
        if np.any(groups == group)
    ]


def _part(stats: TensorStats, groups: tuple[int, ...], inside: NDArray[np.bool_]) -> TensorStats:
    """Statistics of some groups; mean and variance to within the width of a bin."""
    ranges = stats.sample_ranges[inside]
    low = float(np.fmin.reduce(ranges[:, 0], initial=np.inf))
    high = float(np.fmax.reduce(ranges[:, 1], initial=-np.inf))
    histogram = stats.histogram.only(groups)
    return TensorStats(
        stats.name,
        stats.shape,
        None,
        histogram,
        Moments.of_distribution(histogram.distribution(low, high)),
        ranges,
        batch_norm=stats.batch_norm,
        mask_limit=stats.mask_limit,
    )


def _extremes(stats: TensorStats, samples: Sequence[str]) -> Extremes:
    low, high = stats.sample_low, stats.sample_high
    if not len(low) or np.all(np.isnan(low)):
        return Extremes(float("nan"), float("nan"), None, None)
    first, last = int(np.nanargmin(low)), int(np.nanargmax(high))
    return Extremes(float(low[first]), float(high[last]), samples[first], samples[last])
