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
from quantengine.sentence import Sentence
from quantengine.traps.trap import Trap
from quantengine.work.recipe import Recipe
from quantengine.work.saved_plan import NamedMetric, SavedPlan
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
    def corrects_bias(self) -> bool:
        """Whether biases make up for what rounding shifts."""
        trained = self.recipe.training is not None
        return trained or any(report.step == "bias" and report.kept for report in self.reports)

    @property
    def saved(self) -> SavedPlan:
        """What makes it again."""
        return SavedPlan(self.work.plan, self.recipe, NamedMetric.of(self.work.judge.metric))

    @property
    def mended(self) -> tuple[Trap, ...]:
        """The traps of what was asked for that recovery leads around."""
        left = {(trap.kind, trap.tensor) for trap in self.resolution.traps}
        found = (t for t in self.work.traps if (t.kind, t.tensor) not in left)
        return tuple(found) if self.reports else ()

    @property
    def mended_notes(self) -> tuple[Sentence, ...]:
        """A sentence for each trap that is led around."""
        return tuple(Sentence("{0} It was led around.", trap.text) for trap in self.mended)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of the plan, mended traps first."""
        return (*self.mended_notes, *self.resolution.notes)

    def done_json(self) -> dict[str, Any]:
        """What was decided and done beyond the plan, and the traps, mended or not."""
        steps = [step.to_json() for step in self.reports]
        traps = [
            trap.to_json() | {"mended": mended}
            for mended, found in ((True, self.mended), (False, self.resolution.traps))
            for trap in found
        ]
        return {"recipe": self.recipe.to_json(), "recovery": steps, "traps": traps}
