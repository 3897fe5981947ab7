"""The file as it would be written, judged beside the float one without writing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from quantengine.analyze.latency import median_latencies_ms
from quantengine.data.dataset import Dataset, samples
from quantengine.export.provenance import provenance, write_provenance
from quantengine.graph.message import size_as_file
from quantengine.graph.model import FloatModel
from quantengine.graph.sink import sunk
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.opening.reference import reference_session, waiting_session
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.qdq import qdq_form
from quantengine.runtime import Session
from quantengine.verdict.judge import BY_WORST, Judge
from quantengine.verdict.reading import reading_of
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference, first_of
from quantengine.verdict.verdict import Verdict

_FIRST_TOLD = 16
_LONGEST_S = 1.0


@dataclass(frozen=True)
class Rehearsal:
    """What a file would be: its `verdict` on as many samples as were run, bytes, and the median
    time of one sample in ms, None while that is not measured; float first.
    """

    verdict: Verdict
    bytes_reference: int
    bytes_candidate: int
    latency_ms_reference: float | None = None
    latency_ms_candidate: float | None = None

    @property
    def latencies_ms(self) -> tuple[float, float] | None:
        """Both, once they are measured."""
        before, after = self.latency_ms_reference, self.latency_ms_candidate
        return None if before is None or after is None else (before, after)

    def timed(self, latencies_ms: tuple[float, float]) -> Rehearsal:
        """With these latencies."""
        before, after = latencies_ms
        return replace(self, latency_ms_reference=before, latency_ms_candidate=after)


def rehearse(
    model: FloatModel,
    resolution: Resolution,
    dataset: Dataset,
    *,
    table: CalibrationTable | None = None,
    judge: Judge = BY_WORST,
    timed: bool = True,
    watch: Callable[[Rehearsal], None] | None = None,
    monitor: Monitor = SILENT,
) -> Rehearsal:
    """Runs the network as it would be written on every sample; `watch` gets it as it grows.

    `timed`: measures latencies at the end. Raises ModelError, DataError, MetricError, Cancelled.
    """
    proto = sunk(qdq_form(model, resolution.encodings, None).proto)
    write_provenance(proto, provenance(model, resolution.plan, table))
    size, session = size_as_file(proto), Session(proto, brief=True)
    names = list(model.outputs)
    first, given = first_of(one for _, one in samples(dataset.judged, monitor, "Judging"))
    reference = Reference(
        partial(reference_session(model).run, outputs=names, monitor=monitor),
        reading_of(model),
        first,
        judge=judge,
        with_task=True,
    )
    run = partial(session.run, outputs=names, monitor=monitor)
    records: list[Record] = []
    told = _FIRST_TOLD

    def so_far() -> Rehearsal:
        return Rehearsal(reference.verdict(records), model.file_bytes, size)

    with judge.held():
        for place, sample in given:
            expected = reference.expected(place, sample)
            found = reference.answer(run, sample)
            records.append(reference.record(place, sample, found, expected, monitor=monitor))
            if watch is not None and len(records) == told:
                watch(so_far())
                told *= 2
    whole = so_far()
    if not timed:
        return whole
    as_run = waiting_session(model), Session(proto)
    calls = [partial(each.run, first[0].runs[0], names) for each in as_run]
    times = median_latencies_ms(calls, longest_s=_LONGEST_S, monitor=monitor)
    return whole.timed((times[0], times[1]))
