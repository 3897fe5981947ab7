"""What a recovery did and what each step gained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable
from quantengine.resolve import Resolution


@dataclass(frozen=True)
class StepReport:
    """One step: SQNR of the network's outputs on held-out samples before and after it.

    `after_db` is what the step would have given where it was not `kept`; both are nan for a step
    that had nothing to do, `text` says why.
    """

    step: str
    before_db: float
    after_db: float
    kept: bool
    text: str

    @property
    def gain_db(self) -> float:
        return self.after_db - self.before_db

    def __str__(self) -> str:
        if self.before_db != self.before_db:
            return f"{self.step}: {self.text}"
        kept = "" if self.kept else ", undone"
        return (
            f"{self.step}: {self.before_db:.1f} -> {self.after_db:.1f} dB "
            f"({self.gain_db:+.1f}{kept}). {self.text}"
        )

    def to_json(self) -> dict[str, Any]:
        """A JSON object; decibels that do not exist are null."""
        known = self.before_db == self.before_db
        return {
            "step": self.step,
            "before_db": self.before_db if known else None,
            "after_db": self.after_db if known else None,
            "kept": self.kept,
            "text": self.text,
        }


Watch = Callable[[StepReport], None]


@dataclass(frozen=True, eq=False)
class Recovered:
    """A model whose constants may have changed, its encodings, and what each step gained.

    `table` holds the statistics of `model`, `resolution` its encodings with chosen codes and
    biases: together they are exported like those of any other model.
    """

    model: FloatModel
    table: CalibrationTable
    resolution: Resolution
    steps: tuple[StepReport, ...]

    @property
    def gain_db(self) -> float:
        """Of all steps together, on held-out samples."""
        known = [step for step in self.steps if step.before_db == step.before_db]
        if not known:
            return 0.0
        last = known[-1]
        return (last.after_db if last.kept else last.before_db) - known[0].before_db
