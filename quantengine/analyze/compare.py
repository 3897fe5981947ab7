"""Compare a plan with the float network, layer by layer: alone and with all before it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from quantengine.analyze.comparison import (
    ChannelErrors,
    Comparison,
    LayerComparison,
    Role,
    TensorComparison,
)
from quantengine.analyze.layer_report import LayerReport
from quantengine.analyze.local_run import LocalRun
from quantengine.analyze.metrics import Errors, Metrics
from quantengine.analyze.parts import LayerParts, channel_axis, layer_parts
from quantengine.analyze.probes import PROBES, Probes, judged_samples
from quantengine.analyze.report_layers import layer_reports
from quantengine.analyze.simulate import ALL, ONLY_ACTIVATIONS, ONLY_WEIGHTS, Simulator
from quantengine.analyze.weight_rows import weight_rows
from quantengine.data.dataset import Sample
from quantengine.data.streams import joined
from quantengine.formats.metrics import Difference
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.coverage import Coverage
from quantengine.observe.table import CalibrationTable
from quantengine.resolve.resolve import Resolution
from quantengine.runtime import Tensors
from quantengine.verdict.differences import ChannelDifference
from quantengine.verdict.figures import doubts
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference, first_of
from quantengine.verdict.stream import run_forced, run_steps

_LANES = 4
"""Runs that go on side by side: local errors of a sample and the three stages of the one before.

Measured on mobilenetv2 with two cores: a third less time than one run after the other.
"""

_STAGES = {"weights": ONLY_WEIGHTS, "activations": ONLY_ACTIVATIONS, "both": ALL}


def compare(
    model: FloatModel,
    resolution: Resolution,
    probes: Probes,
    *,
    limit: int | None = PROBES,
    table: CalibrationTable | None = None,
    simulator: Simulator | None = None,
    monitor: Monitor = SILENT,
) -> Comparison:
    """Errors of every layer and tensor on at most `limit` samples (None: all).

    Outputs are compared with those of the file, layers and tensors with the network opened of it.

    With the statistics in `table`, values beyond what those saw are counted too.
    Memory does not grow with the samples. Raises DataError, ModelError, Cancelled.
    """
    threads = max(1, (os.cpu_count() or 1) // _LANES)
    first, samples = first_of(judged_samples(probes, limit, monitor, "Comparing"))
    reference = Reference.of(model, first, monitor=monitor)
    simulator = simulator or Simulator(model, threads=threads)
    run = _Comparing(model, resolution, reference, simulator, threads)
    run.coverage = Coverage({} if table is None else table.tensors)
    run.through(samples, monitor)
    return run.result()


@dataclass(frozen=True, eq=False)
class _Ready:
    """A sample with what the float network makes of it."""

    place: int
    sample: Sample
    floats: Tensors


class _Comparing:
    """Running sums of one comparison."""

    def __init__(
        self,
        model: FloatModel,
        resolution: Resolution,
        reference: Reference,
        simulator: Simulator,
        threads: int,
    ) -> None:
        self.model, self.resolution, self.simulator = model, resolution, simulator
        self.encodings = resolution.encodings
        self.parts = layer_parts(self.encodings)
        self.taps = self._taps()
        self.local = LocalRun(model, self.encodings, self.parts, self.taps, simulator, threads)
        self.accumulated = {
            (stage, tap): self.local.difference(tap) for stage in _STAGES for tap in self.taps
        }
        self.reference = reference
        self.records: list[Record] = []
        self.samples = 0
        self.coverage = Coverage({})

    def _taps(self) -> dict[str, int | None]:
        """Every tensor to compare, with its channel axis."""
        made = {part.node.output: part.node.node for part in self.parts}
        names = [*self.encodings.activations, *made, *self.model.outputs]
        known = (name for name in dict.fromkeys(names) if self._is_float(name))
        return {name: channel_axis(self.model, name) if name in made else None for name in known}

    def _is_float(self, name: str) -> bool:
        kind = self.model.types.get(name)
        return kind is None or kind.is_float

    def through(self, samples: Iterable[tuple[int, Sample]], monitor: Monitor) -> None:
        """Adds every sample; each sum is touched by one thread at a time, in their order."""
        before: _Ready | None = None
        with ThreadPoolExecutor(min(_LANES, os.cpu_count() or 1)) as pool:
            for place, sample in samples:
                local = pool.submit(self._local, sample, monitor)
                self._finish(pool, before, monitor)
                before = _Ready(place, sample, local.result())
                self.coverage.add(before.floats)
                self.samples += 1
            self._finish(pool, before, monitor)

    def _local(self, sample: Sample, monitor: Monitor) -> Tensors:
        """Each layer alone, at each step on what the float network has there."""
        return joined(run_forced(lambda feeds: self.local.add(feeds, monitor), sample))

    def _finish(
        self,
        pool: ThreadPoolExecutor,
        ready: _Ready | None,
        monitor: Monitor,
    ) -> None:
        if ready is not None:
            stages = [pool.submit(self._add, stage, ready, monitor) for stage in _STAGES]
            for stage in stages:
                stage.result()

    def _add(self, stage: str, ready: _Ready, monitor: Monitor) -> None:
        active, sample = _STAGES[stage], ready.sample
        taps, seen = tuple(self.taps), list[Tensors]()

        def run(feeds: Tensors) -> Tensors:
            outputs, tapped = self.simulator.watched(
                feeds, self.encodings, taps, active, monitor=monitor
            )
            seen.append(tapped)
            return outputs

        steps = run_steps(run, sample)
        found = joined(seen)
        for tap in self.taps:
            self.accumulated[stage, tap].add(ready.floats[tap], found[tap])
        if active is ALL:
            whole = self.reference.joined(steps)
            self.records.append(self.reference.record(ready.place, sample, whole))

    def result(self) -> Comparison:
        verdict = self.reference.verdict(self.records)
        reports = {row.name: row for row in layer_reports(self.model, self.resolution)}
        layers = tuple(self._layer(part, reports[part.name]) for part in self.parts)
        return Comparison(
            model=self.model.path.name,
            samples=self.samples,
            layers=layers,
            tensors=(*self._tensors(), *weight_rows(self.model, self.encodings, self.parts)),
            output=verdict,
            bytes_before=sum(row.bytes_before for row in reports.values()),
            bytes_after=sum(row.bytes_after for row in reports.values()),
            notes=(*self.coverage.notes, *self.resolution.notes, *doubts(verdict)),
        )

    def _errors(self, tap: str) -> Errors:
        return Errors(*(Metrics.of(self.accumulated[stage, tap].whole) for stage in _STAGES))

    def _layer(self, part: LayerParts, report: LayerReport) -> LayerComparison:
        tap = part.node.output
        weights, activations, both = self.local.of(part)
        channels = ChannelErrors(
            both.channels_db,
            self.accumulated["both", tap].channels_db,
            tuple(int(c) for c in np.flatnonzero(both.signal == 0)),
            mean_channel_db(both),
        )
        return LayerComparison(
            name=part.name,
            operator=part.node.node.op_type,
            output=tap,
            local=Errors(*(Metrics.of(d.whole) for d in (weights, activations, both))),
            accumulated=self._errors(tap),
            channels=channels,
            bytes_before=report.bytes_before,
            bytes_after=report.bytes_after,
            clipped_bias=report.clipped_bias,
            raised=report.raised,
        )

    def _tensors(self) -> list[TensorComparison]:
        layer_of = {part.node.output: part.name for part in self.parts}
        return [self._tensor(tap, layer_of.get(tap)) for tap in self.taps]

    def _tensor(self, tap: str, layer: str | None) -> TensorComparison:
        encoding = self.encodings.activations.get(tap)
        use = self.local.uses.get(tap)
        local = self.local.tensors.get(tap)
        return TensorComparison(
            name=tap,
            role=self._role(tap),
            layer=layer,
            dtype=None if encoding is None else encoding.dtype.name,
            local=None if local is None else Metrics.of(local.whole),
            accumulated=self._errors(tap),
            clipped_share=None if use is None else use.clipped_share,
            unused_share=None if use is None else use.unused_share,
            empty_channels=0,
            outside_share=self.coverage.share(tap),
        )

    def _role(self, tap: str) -> Role:
        if tap in self.model.inputs:
            return "input"
        return "output" if tap in self.model.outputs else "activation"


def mean_channel_db(difference: ChannelDifference) -> float:
    """-10 log10 of the mean of min(noise / signal, 1) over channels that have a signal."""
    alive = difference.signal > 0
    if not np.any(alive):
        return float("nan")
    ratios = np.fmin(difference.noise[alive] / difference.signal[alive], 1.0)
    return Difference(1.0, float(np.mean(ratios))).sqnr_db
