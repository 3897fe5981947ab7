"""How data is read for a network."""

from __future__ import annotations

from dataclasses import dataclass

from quantengine.data.input import Input
from quantengine.data.options import DataOptions


@dataclass(frozen=True)
class Intake:
    """What the network takes, and what was said of the data.

    `classes`: how many the network tells apart; None where that is not known.
    """

    inputs: tuple[Input, ...]
    options: DataOptions
    classes: int | None = None
