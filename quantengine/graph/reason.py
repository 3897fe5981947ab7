"""Why something stays float, as a value: code asks the kind, people read the sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from quantengine.sentence import Sentence


class Why(Enum):
    """What keeps a node, or an input of one, float."""

    PLAN = auto()
    PART = auto()
    """It belongs to the layer before it, which is quantized."""
    OF_SHAPES = auto()
    TYPE = auto()
    OPERATOR = auto()
    """Its operator, or this form of it, has no integer form."""
    UNASKED = auto()
    """It could carry codes, but nothing gains by them."""
    STATE = auto()
    QUANTIZED = auto()


@dataclass(frozen=True)
class Reason:
    """As text a clause without its full stop; `text` has a place `{0}` for each of `names`.

    The text is written out where a reason is made: translators find it there.
    """

    kind: Why
    text: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> Sentence:
        return Sentence(self.text, *self.names)

    def named(self, shown: Callable[[str], str]) -> Reason:
        """The same with every name as `shown` shows it."""
        return replace(self, names=tuple(map(shown, self.names)))


OF_SHAPES = Reason(Why.OF_SHAPES, "works on shapes or indices")
