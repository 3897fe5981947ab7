"""A quantized file: writing it with its checks, and how it came about, for people and programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quantengine.cli.results import check_text, is_ruined, quality_text, ruin_text
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.layer_report import LayerReport
    from quantengine.analyze.quality import Quality
    from quantengine.analyze.rescue import Rescue
    from quantengine.data.dataset import Dataset
    from quantengine.export.export import ExportReport, Form
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.recover.report import Recovered, StepReport
    from quantengine.resolve.resolve import Resolution
    from quantengine.runtime import Tensors

_PROBES = 8


@dataclass(frozen=True, eq=False)
class Written:
    """A quantized file and how it came about."""

    model: FloatModel
    resolution: Resolution
    layers: tuple[LayerReport, ...]
    export: ExportReport
    quality: Quality | None
    source: dict[str, Any] | None
    recovery: tuple[StepReport, ...] = ()
    rescue: Rescue | None = None

    def data(self) -> dict[str, Any]:
        """A JSON object: the report of the export, the plan, and every layer."""
        return {
            "model": str(self.model.path),
            "model_sha256": self.model.digest,
            **self.export.to_json(),
            "quality": None if self.quality is None else self.quality.to_json(),
            "rescue": None if self.rescue is None else self.rescue.to_json(),
            "notes": [*self._ruin(), *self.resolution.notes, *self.export.notes],
            "plan": self.resolution.plan.to_json(),
            "data": self.source,
            "recovery": [step.to_json() for step in self.recovery],
            "layers": [layer.to_json() for layer in self.layers],
        }

    def parts(self) -> list[RenderableType]:
        """The table of layers, what to know about it, and what was written."""
        from quantengine.cli.layer_table import plan_table
        from quantengine.cli.table import printable

        ruin = [f"Note: {printable(note)}" for note in self._ruin()]
        first = is_ruined(self.quality)
        notes = [*self._bias_notes(), *self.resolution.notes, *self.export.notes]
        return [
            *(ruin if first else []),
            *plan_table(self.layers),
            *(f"Recovery, {printable(str(step))}" for step in self.recovery),
            *(f"Note: {printable(note)}" for note in notes),
            self._summary(),
            check_text(self.export),
            *([] if self.quality is None else [quality_text(self.quality)]),
            *([] if first else ruin),
        ]

    def _ruin(self) -> list[str]:
        searched = not self.resolution.encodings.dynamic
        recovered = len(self.recovery) > 1
        said = ruin_text(self.quality, self.rescue, searched=searched, recovered=recovered)
        return [] if said is None else [said]

    def _bias_notes(self) -> list[str]:
        raised = sum(layer.raised for layer in self.layers)
        clipped = sum(layer.clipped_bias for layer in self.layers)
        notes = []
        if raised:
            notes.append(
                f"The weight scale of {raised} channels was raised so that their bias fits int32."
            )
        if clipped:
            notes.append(f"{clipped} bias values do not fit int32 and were cut off.")
        return notes

    def _summary(self) -> str:
        from quantengine.cli.table import printable, size

        export = self.export
        share = export.bytes_after / export.bytes_before
        return (
            f"{printable(str(export.path))}: {size(export.bytes_before)} -> "
            f"{size(export.bytes_after)} ({share:.0%}), {export.form}, opset {export.opset}."
        )


def write_quantized(
    model: FloatModel,
    plan: QuantPlan,
    table: CalibrationTable | None,
    dataset: Dataset | None,
    path: Path,
    *,
    form: Form = "qdq",
    opset: int | None = None,
    recovered: Recovered | None = None,
    force: bool = False,
    monitor: Monitor,
) -> Written:
    """Resolves the plan, writes the file, verifies it on a few samples of `dataset` and measures
    its quality on more of them, unless the network gives something else in every run.

    What was `recovered` takes the place of model, statistics and resolution.
    """
    from quantengine.analyze.layer_report import layer_reports
    from quantengine.analyze.quality import measure_quality
    from quantengine.analyze.rescue import POOR_DB, find_rescue
    from quantengine.export.export import export_model
    from quantengine.resolve.resolve import resolve_plan

    if recovered is None:
        resolution = resolve_plan(model, plan, table, monitor=monitor)
    else:
        model, table, resolution = recovered.model, recovered.table, recovered.resolution
    probes = [] if dataset is None else probe_feeds(dataset, monitor)
    export = export_model(
        model,
        resolution,
        path,
        table=table,
        probes=probes,
        form=form,
        opset=opset,
        force=force,
        monitor=monitor,
    )
    held_out = () if recovered is None else recovered.held_out
    quality = rescue = None
    if dataset is not None and not model.origin.random:
        quality = measure_quality(model, export.path, dataset, held_out, monitor=monitor)
        if quality.sqnr_db < POOR_DB:
            rescue = find_rescue(model, resolution, table, dataset, monitor=monitor)
    source = None if dataset is None else dataset.describe()
    steps = () if recovered is None else recovered.steps
    layers = layer_reports(model, resolution)
    return Written(model, resolution, layers, export, quality, source, steps, rescue)


def probe_feeds(dataset: Dataset, monitor: Monitor) -> list[Tensors]:
    """A few usable samples, spread over the data; raises DataError where there is none."""
    from quantengine.errors import DataError

    step = max(1, len(dataset) // _PROBES)
    found: list[Tensors] = []
    bad: list[DataError] = []
    for index in range(0, len(dataset), step):
        try:
            found.append(dataset.load(index).feeds)
        except DataError as error:
            bad.append(error)
            monitor.say(f"skipped {error}")
            continue
        if len(found) == _PROBES:
            break
    if bad and not found:
        raise DataError(f"no sample could be used: {bad[0]}")
    return found
