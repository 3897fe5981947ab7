"""Writes a candidate to a file that was run and judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from quantengine.analyze.probes import probe_samples
from quantengine.analyze.quality import measure_quality
from quantengine.analyze.rescue import POOR_DB, find_rescue
from quantengine.export.export import ExportReport, export_model
from quantengine.export.options import AS_USUAL, ExportOptions
from quantengine.monitor import SILENT, Monitor
from quantengine.work.candidate import Candidate

PROBES = 8


def export_candidate(
    candidate: Candidate,
    path: Path | str,
    options: ExportOptions = AS_USUAL,
    *,
    monitor: Monitor = SILENT,
) -> ExportReport:
    """Writes the file, verifies it on a few samples and measures its quality on more of them.

    Nothing is measured without data, or where the network gives something else in every run.
    Raises what `export_model` raises, DataError where no sample can be read.
    """
    dataset, model = candidate.work.dataset, candidate.model
    probes = []
    if dataset is not None:
        found = probe_samples(dataset, PROBES, monitor, "Reading samples")
        probes = [sample.feeds for sample in found]
    report = export_model(
        model,
        candidate.resolution,
        path,
        options,
        table=candidate.table,
        probes=probes,
        monitor=monitor,
    )
    if dataset is None or model.origin.random:
        return report
    metric = candidate.work.judge.metric
    quality = measure_quality(
        model, report.path, dataset, candidate.held_out, metric=metric, monitor=monitor
    )
    report = replace(report, quality=quality)
    if candidate.trained is not None or not quality.worst_db < POOR_DB:
        return report
    rescue = find_rescue(model, candidate.resolution, candidate.table, dataset, monitor=monitor)
    return replace(report, rescue=rescue)
