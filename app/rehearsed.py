"""An outcome judged as the file it would be written to, on every sample that judges."""

from __future__ import annotations

from quantengine.data.dataset import Dataset
from quantengine.export.rehearsal import Rehearsal, rehearse
from quantengine.monitor import Monitor

from .outcome import Outcome


def rehearsed(
    outcome: Outcome, judged: Dataset, monitor: Monitor, *, timed: bool = True
) -> Rehearsal:
    """What a settled outcome would be as a file; `timed`: with its latency."""
    assert outcome.resolution is not None
    return rehearse(
        outcome.model,
        outcome.resolution,
        judged,
        table=outcome.table,
        judge=outcome.work.judge,
        timed=timed,
        monitor=monitor,
    )
