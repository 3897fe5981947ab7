"""The few samples an analysis runs on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quantengine.data.dataset import Dataset, Sample, samples
from quantengine.data.evenly import evenly
from quantengine.errors import DataError
from quantengine.monitor import Monitor
from quantengine.runtime import Tensors

PROBES = 32
"""Enough for SQNR to settle within a few tenths of a dB."""

_STEPS, _FEWEST_STEPS = 8, 16

Probes = Dataset | Sequence[Tensors]
"""Samples of a dataset, or the feeds of a few runs."""


def probe_samples(
    probes: Probes, limit: int | None, monitor: Monitor, text: str
) -> Iterator[Sample]:
    """At most `limit` samples (None: all), evenly spaced; raises DataError where there is none."""
    if not len(probes):
        raise DataError("There is no sample to analyze with: choose data that has some.")
    if limit is not None and limit < 1:
        raise DataError("The number of samples must be at least 1, not {0}.", limit)
    chosen = evenly(len(probes), limit)
    if isinstance(probes, Dataset):
        for _, sample in samples(probes.subset(chosen), monitor, text):
            yield sample
        return
    for index in monitor.track(chosen, text):
        yield Sample(f"sample {index}", probes[index])


def judged_samples(
    probes: Probes, limit: int | None, monitor: Monitor, text: str
) -> Iterator[Sample]:
    """The same of what networks are judged on: whole sequences where the samples are their steps.

    Sequences are shortened where they are limited, to eight runs for each sample that is allowed.
    """
    judged = probes.judged if isinstance(probes, Dataset) else probes
    most = None if limit is None else max(_FEWEST_STEPS, _STEPS * limit // max(len(judged), 1))
    for sample in probe_samples(judged, limit, monitor, text):
        yield sample if most is None else sample.shortened(most)
