"""Every generator of hostile cases by its name; one more is a line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench.hostile import models
from bench.hostile.case import Case, Generator

GENERATORS: Mapping[str, Generator] = {"models": models.hostile_model}


def sound() -> Iterator[Case]:
    """Cases without a fault, one for each command: what they import is imported once for all."""
    yield from models.sound_models()
