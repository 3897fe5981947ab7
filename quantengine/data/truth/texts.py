"""Texts that are right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrueText:
    """What stands in a sample."""

    text: str
