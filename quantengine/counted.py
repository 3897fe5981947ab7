"""How many of something, in words."""

from __future__ import annotations

from quantengine.sentence import Sentence


def counted(count: int, noun: str) -> Sentence:
    """`1 sample`, `2 samples`: for nouns that take an s."""
    return Sentence(f"{{0}} {noun}" if count == 1 else f"{{0}} {noun}s", f"{count:,}")
