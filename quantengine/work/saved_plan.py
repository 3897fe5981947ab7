"""A plan and what is done beyond it, as JSON: `--save-plan`, `--plan` and project files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from quantengine.errors import PlanError
from quantengine.metric.metric import Metric
from quantengine.plan import PLAN_VERSION, QuantPlan
from quantengine.work.recipe import Recipe

VERSION = 2
_PARTS = {"version", "plan", "recipe", "judged_by"}
_FOUND = {"encodings", "results"}
"""What came of the plan may stand beside it; it is not read."""


@dataclass(frozen=True)
class NamedMetric:
    """A person's metric, by the name of its file, its own, and the SHA-256 that the file had."""

    file: str
    name: str
    sha256: str

    @classmethod
    def of(cls, metric: Metric | None) -> NamedMetric | None:
        """None of a function that is in no file."""
        if metric is None or metric.path is None:
            return None
        return cls(metric.path.name, metric.name, metric.digest)


@dataclass(frozen=True)
class SavedPlan:
    """Everything that was decided about a model; `recipe` None: what is done by default.

    `judged_by` is the metric that decided, None where the outputs did. It is named, never run.
    """

    plan: QuantPlan
    recipe: Recipe | None = None
    judged_by: NamedMetric | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` gives an equal value back."""
        recipe = None if self.recipe is None else self.recipe.to_json()
        found = {"version": VERSION, "plan": self.plan.to_json(), "recipe": recipe}
        return found if self.judged_by is None else found | {"judged_by": asdict(self.judged_by)}

    @classmethod
    def from_json(cls, data: object) -> SavedPlan:
        """What a JSON object holds, a plan alone (version 1) too; raises PlanError."""
        if not isinstance(data, dict) or data.get("version") == PLAN_VERSION:
            return cls(QuantPlan.from_json(data))
        if data.get("version") != VERSION:
            raise PlanError(
                "The plan has version {0}; this program reads {1} and {2}.",
                repr(data.get("version")),
                PLAN_VERSION,
                VERSION,
            )
        if unknown := sorted(set(data) - _PARTS - _FOUND):
            raise PlanError("The plan has an unknown part '{0}'.", unknown[0])
        plan, recipe = QuantPlan.from_json(data.get("plan")), _recipe(data.get("recipe"))
        return cls(plan, recipe, _named(data.get("judged_by")))

    @classmethod
    def from_text(cls, text: str) -> SavedPlan:
        """What JSON text holds; raises PlanError."""
        try:
            return cls.from_json(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            raise PlanError("The plan is not JSON: {0}.", error) from error


def _recipe(data: object) -> Recipe | None:
    if data is None:
        return None
    return Recipe.from_json(data if isinstance(data, Mapping) else {})


def _named(data: object) -> NamedMetric | None:
    if data is None:
        return None
    try:
        return NamedMetric(**{str(key): str(value) for key, value in dict(data).items()})  # type: ignore[call-overload]
    except (TypeError, ValueError) as error:
        raise PlanError("What the plan says of a metric cannot be read: save it again.") from error
