"""What is done to a plan's network beyond rounding: recovery, training, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quantengine.errors import ProjectError
from quantengine.monitor import SILENT, Monitor

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.finetune.outcome import FineTuned
    from quantengine.finetune.settings import Settings
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.recover.report import StepReport
    from quantengine.resolve.resolve import Resolution


@dataclass(frozen=True)
class Recipe:
    """Steps of recovery as `--recover` takes them; with `training`, what is trained after them."""

    steps: tuple[str, ...] = ()
    training: Settings | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` gives an equal recipe back."""
        training = None if self.training is None else asdict(self.training)
        return {"steps": list(self.steps), "training": training}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Recipe:
        """Raises ProjectError where the object is no recipe."""
        from quantengine.finetune.settings import Settings

        try:
            steps, training = tuple(map(str, data["steps"])), data["training"]
            if training is None:
                return cls(steps)
            methods = tuple((str(name), method) for name, method in training["methods"])
            return cls(steps, Settings(**{**training, "methods": methods}))
        except (KeyError, TypeError, ValueError) as error:
            raise ProjectError(
                "What the project says about recovery cannot be read: recover again."
            ) from error


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
    if recipe.training is None:
        from quantengine.recover.auto import recover_plan

        done = recover_plan(
            model, plan, dataset, table, steps=recipe.steps, watch=found, monitor=monitor
        )
        return Treated(
            plan, table, recipe, model, done.model, done.table, done.resolution, done.steps
        )
    from quantengine.recover.train import train

    tuned = train(
        model,
        plan,
        dataset,
        table,
        recipe.training,
        recover_first=bool(recipe.steps),
        checkpoint=checkpoint,
        watch=found,
        monitor=monitor,
    )
    return Treated(plan, table, recipe, model, tuned.model, table, tuned.resolution, trained=tuned)
