"""What a table says of one tensor, in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from quantengine.errors import PlanError
from quantengine.formats.dtype import IntegerType
from quantengine.sentence import Sentence

_LEAST, _MOST = 1.2e-38, 1e30
"""Scales that float32 holds, with room for what is multiplied by them."""


@dataclass(frozen=True)
class GivenGrid:
    """One scale, or those of channels or blocks in order; raises PlanError where they are none.

    `dtype` None: of the type that the plan says. `typed`: the format tells signed types from
    others; without, a grid of codes from 0 up stands for the signed one of the same steps too.
    """

    name: str
    dtype: IntegerType | None
    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int | None = None
    block: int | None = None
    typed: bool = True

    def __post_init__(self) -> None:
        if not self.scale or not all(_LEAST <= scale <= _MOST for scale in self.scale):
            raise PlanError(
                "The scales of '{0}' are not all above zero and within float32.", self.name
            )
        if len(self.zero_point) != len(self.scale):
            raise PlanError("The zero points of '{0}' do not fit its scales.", self.name)
        kind = self.dtype
        if kind is not None and not all(kind.qmin <= z <= kind.qmax for z in self.zero_point):
            raise PlanError("The zero points of '{0}' do not fit its type.", self.name)


@dataclass(frozen=True)
class GivenRange:
    """The ends of a range in real numbers; raises PlanError where they are none.

    `half`: half the width of the range where it is symmetric, None where the format says no other.
    """

    name: str
    low: float
    high: float
    half: float | None = None
    dtype: IntegerType | None = None
    symmetric: bool | None = None

    def __post_init__(self) -> None:
        if not -math.inf < self.low <= self.high < math.inf:
            raise PlanError(
                "The range of '{0}' is none: {1} to {2}.", self.name, self.low, self.high
            )


@dataclass(frozen=True)
class GivenFloat:
    """A tensor or a layer that stays float."""

    name: str


Given = GivenGrid | GivenRange | GivenFloat


@dataclass(frozen=True)
class Reading:
    """What a table says, and what of it is not taken."""

    entries: tuple[Given, ...]
    notes: tuple[Sentence, ...] = ()
