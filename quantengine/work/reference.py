"""The float results that what is made of a work is judged by."""

from __future__ import annotations

from quantengine.analyze.probes import judged_samples
from quantengine.errors import DataError
from quantengine.monitor import SILENT, Monitor
from quantengine.verdict.reference import Reference
from quantengine.work.work import Work


def work_reference(work: Work, limit: int | None, *, monitor: Monitor = SILENT) -> Reference:
    """On at most `limit` samples (None: all), evenly spaced; raises DataError without data."""
    if work.dataset is None:
        raise DataError("A plan is judged on data: give --data.")
    samples = list(judged_samples(work.dataset, limit, monitor, "Reading samples"))
    return Reference.of(work.model, samples, judge=work.judge, monitor=monitor)
