"""Writing the quantized model with everything that judges it, and files that tell of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.csv_file import write_csv
from quantengine.export.options import AS_USUAL
from quantengine.files import whole_file
from quantengine.monitor import Monitor
from quantengine.plan import AS_IN_THE_NETWORK
from quantengine.work.recipe import Recipe

from .rows import LayerRow

if TYPE_CHECKING:
    from quantengine.analyze.evaluate import Evaluation
    from quantengine.data.dataset import Dataset
    from quantengine.export.export import ExportReport
    from quantengine.export.options import ExportOptions
    from quantengine.metric.metric import Metric
    from quantengine.plan import QuantPlan
    from quantengine.recover.report import StepReport
    from quantengine.sentence import Sentence
    from quantengine.work.candidate import Candidate
    from quantengine.work.work import Work

    from .findings import Latencies


@dataclass(frozen=True, eq=False)
class Exported:
    """What was written, and how it compares with the float model on the data."""

    report: ExportReport
    evaluation: Evaluation | None
    recipe: Recipe
    options: ExportOptions
    """How it was asked for."""
    steps: tuple[StepReport, ...] = ()
    """What was done beyond the plan."""
    notes: tuple[str, ...] = ()
    """What is to be known of the plan, traps by name."""

    @property
    def ruin(self) -> Sentence | None:
        """The figure that makes nothing else about the file matter, if there is one."""
        from quantengine.verdict.ruin import ruin_of

        return None if self.evaluation is None else ruin_of(self.evaluation.verdict)

    @property
    def latencies_ms(self) -> Latencies | None:
        """Of the float file and of this one."""
        found = self.evaluation
        return None if found is None else (found.latency_ms_reference, found.latency_ms_candidate)


def is_usual(options: ExportOptions, plan: QuantPlan) -> bool:
    """Whether a file is written as the header tells of it."""
    return replace(options, force=False) == AS_USUAL and plan.edges == AS_IN_THE_NETWORK


def write_and_compare(
    work: Work,
    recipe: Recipe | None,
    made: Candidate | None,
    path: Path,
    options: ExportOptions,
    dataset: Dataset | None,
    known_ms: Latencies | None,
    monitor: Monitor,
) -> Exported:
    """Writes, checks, runs and compares on `dataset`; the file appears only when all went well.

    What is not `made` yet of work and recipe is made first. `known_ms`: as in `ModelPair`.
    """
    from quantengine.analyze.evaluate import evaluate_pair
    from quantengine.analyze.model_pair import ModelPair
    from quantengine.verdict.judge import Judge
    from quantengine.work.export import export_candidate
    from quantengine.work.make import make

    candidate = made or make(work, recipe, monitor=monitor)
    report = export_candidate(candidate, path, options, monitor=monitor)
    judged = None
    if dataset is not None:
        pair = replace(ModelPair.open(work.model.path, path, monitor), known_ms=known_ms)
        judged = evaluate_pair(pair, dataset, Judge(task=work.judge.task), monitor=monitor)
    done, said = candidate.reports, candidate.notes
    return Exported(report, judged, candidate.recipe, options, done, said)


def save_plan(
    plan: QuantPlan, recipe: Recipe | None, path: Path, metric: Metric | None = None
) -> None:
    """What `--plan` reads; raises QuantError where it cannot be written."""
    import json

    from quantengine.work.saved_plan import NamedMetric, SavedPlan

    saved = SavedPlan(plan, recipe, NamedMetric.of(metric))
    with whole_file(path) as beside:
        text = json.dumps(saved.to_json(), indent=1)
        beside.write_text(text, encoding="utf-8")


def save_layers(rows: Sequence[LayerRow], path: Path) -> None:
    """A row for each layer as CSV; raises QuantError where it cannot be written."""
    names = [field.name for field in fields(LayerRow)]
    write_csv(path, [{name: getattr(row, name) for name in names} for row in rows])
