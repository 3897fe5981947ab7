"""What is said to people, so that it can be said in their language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_PATTERN = re.compile(r"(?:[^{}]|\{\d\}|\{\{|\}\})*")
"""A width behind a place could ask for gigabytes."""


class Sentence(str):
    """An English sentence that remembers how it was put together.

    `pattern` has a place `{0}` for each of `names`, which may be sentences themselves. It is
    written out where a sentence is made: translators find it there.
    """

    pattern: str
    names: tuple[str, ...]

    def __new__(cls, pattern: str, *names: object) -> Sentence:
        words = tuple(name if isinstance(name, str) else str(name) for name in names)
        made = super().__new__(cls, pattern.format(*words) if words else pattern)
        made.pattern, made.names = pattern, words
        return made

    def to_json(self) -> list[Any]:
        """Pattern and names; `from_json` gives an equal sentence back."""
        return [self.pattern, *(n.to_json() if isinstance(n, Sentence) else n for n in self.names)]

    @classmethod
    def from_json(cls, data: list[Any] | str) -> Sentence:
        """What `to_json` gave, or a text whose parts nobody kept; raises ValueError."""
        if isinstance(data, str):
            return cls(data)
        pattern, *names = data
        if _PATTERN.fullmatch(pattern) is None:
            raise ValueError("a pattern has places and nothing else")
        return cls(pattern, *(n if isinstance(n, str) else cls.from_json(n) for n in names))


def because(said: Sentence, reasons: Sequence[str]) -> Sentence:
    """A clause as a sentence, with the first of the reasons for it, if there is any."""
    return Sentence("{0}: {1}", said, reasons[0]) if reasons else Sentence("{0}.", said)
