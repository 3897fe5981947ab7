"""A plan and what is done beyond it, as JSON: `--save-plan`, `--plan` and project files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quantengine.errors import PlanError
from quantengine.plan import PLAN_VERSION, QuantPlan
from quantengine.work.recipe import Recipe

VERSION = 2
_PARTS = {"version", "plan", "recipe"}
_FOUND = {"encodings", "results"}
"""What came of the plan may stand beside it; it is not read."""


@dataclass(frozen=True)
class SavedPlan:
    """Everything that was decided about a model; `recipe` None: what is done by default."""

    plan: QuantPlan
    recipe: Recipe | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` gives an equal value back."""
        recipe = None if self.recipe is None else self.recipe.to_json()
        return {"version": VERSION, "plan": self.plan.to_json(), "recipe": recipe}

    @classmethod
    def from_json(cls, data: object) -> SavedPlan:
        """What a JSON object holds, a plan alone (version 1) too; raises PlanError."""
        if not isinstance(data, dict) or data.get("version") == PLAN_VERSION:
            return cls(QuantPlan.from_json(data))
        if data.get("version") != VERSION:
            raise PlanError(
                f"The plan has version {data.get('version')!r}; "
                f"this program reads {PLAN_VERSION} and {VERSION}."
            )
        if unknown := sorted(set(data) - _PARTS - _FOUND):
            raise PlanError(f"The plan has an unknown part '{unknown[0]}'.")
        return cls(QuantPlan.from_json(data.get("plan")), _recipe(data.get("recipe")))

    @classmethod
    def from_text(cls, text: str) -> SavedPlan:
        """What JSON text holds; raises PlanError."""
        try:
            return cls.from_json(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            raise PlanError(f"The plan is not JSON: {error}.") from error


def _recipe(data: object) -> Recipe | None:
    if data is None:
        return None
    return Recipe.from_json(data if isinstance(data, Mapping) else {})
