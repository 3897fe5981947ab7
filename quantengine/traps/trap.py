"""A trap as a value: code asks its kind, people read its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from quantengine.sentence import Sentence

_BYTE = 8


class TrapKind(Enum):
    """What makes a tensor lose more than its number of bits tells."""

    SHARED = "shared"
    """Parts of one encoding whose ranges lie far apart."""
    SMALL = "small"
    """A softmax or sigmoid most of whose values lie below half a step."""
    SUM = "sum"
    """A sum of values of very different size."""
    READ_TWICE = "read twice"
    """An output of the network whose codes are what another layer asks for."""
    OUTLIERS = "outliers"
    """Few samples that reach much further than all others."""
    MASK = "mask"
    """Constants of an attention mask beside real values."""


@dataclass(frozen=True)
class Part:
    """Some of the values of a tensor, by the name of the tensor or channels that hold them."""

    name: str
    low: float
    high: float

    @property
    def reach(self) -> float:
        """The width of the range with zero in it."""
        return max(self.high, 0.0) - min(self.low, 0.0)

    def __str__(self) -> str:
        return f"'{self.name}' {self.low:.3g}..{self.high:.3g}"


@dataclass(frozen=True)
class Trap:
    """`tensors`: those it is about, first the one whose range it spoils.

    `parts` are the ranges that make it a trap.
    """

    kind: TrapKind
    tensors: tuple[str, ...]
    text: Sentence
    parts: tuple[Part, ...] = ()

    @property
    def tensor(self) -> str:
        return self.tensors[0]

    def bites(self, bits: Mapping[str, int]) -> bool:
        """Whether tensors with codes of so many bits fall into it; more than 8 are a way out."""
        known = [bits[name] for name in self.tensors if name in bits]
        of_bytes = self.kind in (TrapKind.SHARED, TrapKind.SMALL, TrapKind.SUM)
        return bool(known) and (not of_bytes or min(known) <= _BYTE)

    def to_json(self) -> dict[str, Any]:
        """A JSON object with its sentence."""
        return {
            "kind": self.kind.value,
            "tensors": list(self.tensors),
            "parts": [{"name": p.name, "low": p.low, "high": p.high} for p in self.parts],
            "text": str(self.text),
        }
