"""What came of a plan and a recipe: everything that judges or writes looks at this."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from quantengine.finetune.outcome import FineTuned
from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.recover.report import StepReport
from quantengine.resolve.resolve import Resolution
from quantengine.work.recipe import Recipe
from quantengine.work.saved_plan import SavedPlan
from quantengine.work.work import Work


@dataclass(frozen=True, eq=False)
class Candidate:
    """A model and its encodings, and how they came about.

    `table` holds the statistics of `model`, whose constants may differ from those of the model
    that was asked for. `held_out` are indices of samples that nothing was fitted to.
    """

    work: Work
    recipe: Recipe
    model: FloatModel
    table: CalibrationTable | None = field(repr=False)
    resolution: Resolution = field(repr=False)
    reports: tuple[StepReport, ...] = ()
    held_out: tuple[int, ...] = ()
    trained: FineTuned | None = None

    @property
    def plan(self) -> QuantPlan:
        """What was asked for; recovery and training may have changed that of `resolution`."""
        return self.work.plan

    @property
    def saved(self) -> SavedPlan:
        """What makes it again."""
        return SavedPlan(self.work.plan, self.recipe)

    def done_json(self) -> dict[str, Any]:
        """What was decided and done beyond the plan."""
        steps = [step.to_json() for step in self.reports]
        return {"recipe": self.recipe.to_json(), "recovery": steps}
