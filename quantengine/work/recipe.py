"""What is done to a plan's network beyond rounding: a person's decision."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from quantengine.errors import PlanError
from quantengine.finetune.settings import Settings
from quantengine.record import Misread, record
from quantengine.recover.steps import chosen_steps, named_step


@dataclass(frozen=True)
class Recipe:
    """Steps of recovery in order, then training; without either, the plan alone.

    Raises PlanError for a word that is no step, and for steps that training would undo.
    """

    steps: tuple[str, ...] = ()
    training: Settings | None = None

    def __post_init__(self) -> None:
        if "midrise" in chosen_steps(self.steps) and self.training is not None:
            raise PlanError(
                "Training knows no grid without zero: leave the step 'midrise' or training out."
            )

    @property
    def is_quick(self) -> bool:
        """Whether it takes seconds, so that it is made again without being asked for."""
        words = chosen_steps(self.steps)
        return self.training is None and all(named_step(word)[0].quick for word in words)

    @property
    def observes_itself(self) -> bool:
        """Whether statistics are collected without the samples that judge: give it none of all."""
        return bool(self.steps) and self.training is not None

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` gives an equal recipe back."""
        training = None if self.training is None else asdict(self.training)
        return {"steps": list(self.steps), "training": training}

    @classmethod
    def from_json(cls, data: object) -> Recipe:
        """Raises PlanError where the object is no recipe."""
        try:
            return record(cls, data, whole=True)
        except Misread as error:
            raise PlanError(
                "What is said about recovery and training cannot be read: {0}.", error
            ) from error
