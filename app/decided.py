"""What a person decided: frozen values that one undo step swaps for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from quantengine.work.judging import AS_USUAL, Judging
from quantengine.work.recipe import Recipe

from .facts import DataSource

if TYPE_CHECKING:
    from quantengine.plan import QuantPlan

PLAN_ALONE = Recipe()


@dataclass(frozen=True)
class Snapshot:
    """A plan kept under a name, with what was done beyond it."""

    name: str
    plan: QuantPlan
    recipe: Recipe | None = None


@dataclass(frozen=True)
class Decided:
    """Everything a person decided; one undo step swaps it for another."""

    plan: QuantPlan
    source: DataSource | None = None
    snapshots: tuple[Snapshot, ...] = ()
    recipe: Recipe | None = None
    """What is done beyond the plan, whatever the plan; None: what is done by default."""
    judging: Judging = AS_USUAL
    """What ranks and keeps; a metric that it names runs once it is allowed."""
    judged_on: DataSource | None = None
    """Where the samples lie that judge, prepared as `source` is; None: those of calibration."""

    @property
    def judges(self) -> DataSource | None:
        """The samples that judge as they are to be opened; None: those of calibration."""
        if self.judged_on is None or self.source is None:
            return self.judged_on
        return self.judged_on.prepared_as(self.source)


class Changes(TypedDict, total=False):
    """Parts of `Decided` that an edit changes."""

    plan: QuantPlan
    source: DataSource | None
    snapshots: tuple[Snapshot, ...]
    recipe: Recipe | None
    judging: Judging
    judged_on: DataSource | None


@dataclass(frozen=True)
class Selection:
    """Layers in the order they were selected, and which tensor of the first one is looked at."""

    layers: tuple[str, ...] = ()
    tensor: str | None = None
    channel: int | None = None
