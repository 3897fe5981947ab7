"""A plan and what is done beyond it, as JSON: `--save-plan`, `--plan` and project files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from quantengine.errors import PlanError
from quantengine.metric.metric import Metric
from quantengine.plan import PLAN_VERSION, QuantPlan, TensorPlan, unreadable
from quantengine.ranges.registry import settings_of
from quantengine.record import Misread, parsed, record
from quantengine.targets import target_named
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
            return cls(_known(QuantPlan.from_json(data)))
        if data.get("version") != VERSION:
            raise PlanError(
                "The plan has version {0}; this program reads {1} and {2}.",
                f"{data.get('version')!r:.40}",
                PLAN_VERSION,
                VERSION,
            )
        if unknown := sorted(set(data) - _PARTS - _FOUND):
            raise PlanError("The plan has an unknown part '{0}'.", unknown[0][:40])
        recipe, named = data.get("recipe"), data.get("judged_by")
        return cls(
            _known(QuantPlan.from_json(data.get("plan"))),
            None if recipe is None else Recipe.from_json(recipe),
            None if named is None else _named(named),
        )

    @classmethod
    def from_text(cls, text: str) -> SavedPlan:
        """What JSON text holds; raises PlanError."""
        try:
            return cls.from_json(parsed(text))
        except Misread as error:
            raise unreadable(error) from error


def _known(plan: QuantPlan) -> QuantPlan:
    """The plan, where its target and methods are known; raises PlanError."""
    target_named(plan.target)
    roles: tuple[TensorPlan, ...] = (plan.weights, plan.activations)
    for role in roles:
        settings_of(role.method, dict(role.parameters))
    return plan


def _named(data: object) -> NamedMetric:
    try:
        return record(NamedMetric, data, "judged_by")
    except Misread as error:
        raise unreadable(error) from error
