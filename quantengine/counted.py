"""How many of something, in words."""

from __future__ import annotations

from quantengine.sentence import Sentence


def counted(count: int, noun: str) -> Sentence:
    """`1 sample`, `2 samples`, `2 classes`: for nouns that take an s."""
    several = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return Sentence(f"{{0}} {noun if count == 1 else several}", f"{count:,}")
