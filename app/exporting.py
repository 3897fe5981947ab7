"""Writing the quantized model with everything that judges it, and files that tell of the plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.csv_file import write_csv
from quantengine.files import whole_file
from quantengine.monitor import Monitor
from quantengine.work.recipe import Recipe

from .network import PROBES
from .recipe import treat
from .rows import LayerRow

if TYPE_CHECKING:
    from quantengine.analyze.comparison import Comparison
    from quantengine.analyze.evaluate import Evaluation
    from quantengine.analyze.rescue import Rescue
    from quantengine.data.dataset import Dataset
    from quantengine.export.export import ExportReport, Form
    from quantengine.plan import QuantPlan
    from quantengine.recover.report import StepReport

    from .outcome import Outcome


@dataclass(frozen=True, eq=False)
class Exported:
    """What was written, and how it compares with the float model on the data."""

    report: ExportReport
    evaluation: Evaluation | None
    recipe: Recipe | None
    opset: int | None
    """What was asked for."""
    rescue: Rescue | None = None
    """Few small layers that ruin the result, if there are such."""
    steps: tuple[StepReport, ...] = ()
    """What was done by default, beyond the plan."""

    @property
    def worst_db(self) -> float:
        """SQNR of the worst output against the float model; nan where there is no figure."""
        found = self.evaluation
        if found is None:
            return math.nan
        return found.sqnr_db if found.worst is None else found.worst.sqnr_db

    @property
    def ruined(self) -> bool:
        """Whether nothing about the file matters more than how far off its result is."""
        from quantengine.analyze.rescue import RUINED_DB

        return self.worst_db < RUINED_DB


def write_and_compare(
    outcome: Outcome,
    dataset: Dataset | None,
    path: Path,
    form: Form,
    opset: int | None,
    monitor: Monitor,
    *,
    corrects_biases: bool = False,
) -> Exported:
    """Writes, checks, runs and compares; the file appears only when all went well.

    `corrects_biases` does what the command line does by default where nothing else was decided.
    """
    from quantengine.analyze.evaluate import evaluate
    from quantengine.analyze.probes import probe_samples
    from quantengine.analyze.rescue import find_rescue
    from quantengine.export.export import export_model

    done = outcome.treated
    if corrects_biases and dataset is not None:
        outcome = by_default(outcome, dataset, monitor)
    assert outcome.resolution is not None
    probes = []
    if dataset is not None:
        found = probe_samples(dataset, PROBES, monitor, "Reading samples")
        probes = [sample.feeds for sample in found]
    report = export_model(
        outcome.model,
        outcome.resolution,
        path,
        table=outcome.table,
        probes=probes,
        form=form,
        opset=opset,
        monitor=monitor,
    )
    treated = outcome.treated
    recipe = None if treated is None else treated.recipe
    if dataset is None:
        return Exported(report, None, recipe, opset)
    judged = evaluate(outcome.model.path, path, dataset, monitor=monitor)
    rescue = find_rescue(outcome.model, outcome.resolution, outcome.table, dataset, monitor=monitor)
    steps = () if treated is None or treated is done else treated.reports
    return Exported(report, judged, recipe, opset, rescue, steps)


def by_default(outcome: Outcome, dataset: Dataset, monitor: Monitor) -> Outcome:
    """The outcome with the steps that cost little and gain much, unless a recipe was chosen."""
    from quantengine.work.default import default_recipe
    from quantengine.work.work import Work

    from .outcome import treated_outcome

    recipe = default_recipe(Work(outcome.model, outcome.plan, dataset))
    if outcome.treated is not None or outcome.table is None or not recipe.steps:
        return outcome
    made = treat(outcome.model, outcome.plan, outcome.table, dataset, recipe, monitor=monitor)
    return treated_outcome(made)


def save_plan(plan: QuantPlan, path: Path) -> None:
    """The plan as JSON; raises QuantError where it cannot be written."""
    import json

    with whole_file(path) as beside:
        beside.write_text(json.dumps(plan.to_json(), indent=1), encoding="utf-8")


def save_layers(rows: Sequence[LayerRow], path: Path) -> None:
    """A row for each layer as CSV; raises QuantError where it cannot be written."""
    names = [field.name for field in fields(LayerRow)]
    write_csv(path, [{name: getattr(row, name) for name in names} for row in rows])


def save_report(
    outcome: Outcome,
    dataset: Dataset,
    known: Comparison | None,
    limits_db: Sequence[float],
    path: Path,
    monitor: Monitor,
) -> Path:
    """A page on every layer; compares them first where that is not `known`."""
    from quantengine.analyze.compare import compare
    from quantengine.export.html_report import html_report, write_html

    resolution = outcome.resolution
    assert resolution is not None
    found = known or compare(outcome.model, resolution, dataset, limit=PROBES, monitor=monitor)
    write_html(path, html_report(outcome.model, resolution, found, limits_db=limits_db))
    return path
