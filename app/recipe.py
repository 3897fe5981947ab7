"""What is done to a plan's network beyond rounding: recovery, training, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.monitor import SILENT, Monitor
from quantengine.work.recipe import Recipe

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.finetune.outcome import FineTuned
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.recover.report import StepReport
    from quantengine.resolve.resolve import Resolution


@dataclass(frozen=True, eq=False)
class Treated:
    """A model and its encodings after a recipe, with what they were made from: `reference` first.

    `table` holds the statistics the plan was resolved with, `statistics` those of `model`, whose
    constants may have changed.
    """

    plan: QuantPlan
    table: CalibrationTable = field(repr=False)
    recipe: Recipe
    reference: FloatModel
    model: FloatModel
    statistics: CalibrationTable = field(repr=False)
    resolution: Resolution = field(repr=False)
    reports: tuple[StepReport, ...] = ()
    trained: FineTuned | None = None


def treat(
    model: FloatModel,
    plan: QuantPlan,
    table: CalibrationTable,
    dataset: Dataset,
    recipe: Recipe,
    *,
    checkpoint: Path | None = None,
    found: Callable[[object], None] | None = None,
    monitor: Monitor = SILENT,
) -> Treated:
    """As the command line would; `found` gets each StepReport, or each Point of training."""
    from quantengine.work.make import make
    from quantengine.work.work import Work

    work = Work(model, plan, dataset, None if recipe.observes_itself else table)
    done = make(work, recipe, checkpoint=checkpoint, watch=found, monitor=monitor)
    statistics = done.table
    assert statistics is not None
    return Treated(
        plan,
        table,
        recipe,
        model,
        done.model,
        statistics,
        done.resolution,
        done.reports,
        done.trained,
    )
