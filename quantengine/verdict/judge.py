"""Which figure of a verdict is followed, by whatever ranks, searches, recovers or stops."""

from __future__ import annotations

from dataclasses import dataclass

WORST, POOLED, TASK = "worst", "pooled", "task"


@dataclass(frozen=True)
class Judge:
    """`follows`: the worst slice, all floats pooled, the figure of the task where it is certain
    what the outputs are for (else the worst slice), or an output or slice by its name.

    `task` says what the outputs are for; None: it is guessed.
    """

    follows: str = WORST
    task: str | None = None


BY_WORST = Judge()
