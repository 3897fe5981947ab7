"""Which tensor of a layer is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from .edits import ACTIVATIONS, WEIGHTS

OUTPUT, INPUT, WEIGHT = "output", "input", "weight"


@dataclass(frozen=True)
class Place:
    """A tensor and what it is to a layer; `role` is output, input or weight."""

    role: str
    tensor: str
    axis: int | None = None
    """The axis of a weight's channels."""

    @property
    def settings_role(self) -> str:
        """Which of the plan's roles its settings have."""
        return WEIGHTS if self.role == WEIGHT else ACTIVATIONS
