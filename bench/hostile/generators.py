"""Every generator of hostile cases by its name; one more is a line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench.hostile import data, models, options, plans
from bench.hostile.case import Case, Generator

GENERATORS: Mapping[str, Generator] = {
    "models": models.hostile_model,
    "data": data.hostile_data,
    "plans": plans.hostile_plan,
    "statistics": plans.hostile_statistics,
    "projects": plans.hostile_project,
    "options": options.hostile_options,
}


def sound() -> Iterator[Case]:
    """Cases without a fault, one for each command: what they import is imported once for all."""
    yield from models.sound_models()
    yield from plans.sound_plans()
    yield from data.sound_data()
    yield from options.sound_options()
