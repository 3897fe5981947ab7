"""Outputs of shapes that no network should have."""

from __future__ import annotations

import contextlib
from random import Random

import numpy as np
import pytest

from quantengine.errors import PlanError
from quantengine.verdict.tasks.registry import TASKS, taken
from quantengine.verdict.tasks.subject import Subject, Told
from quantengine.verdict.tasks.task import Shown

_SHAPES = (
    *((), (0,), (4,), (0, 4), (1, 0), (1, 7), (1, 0, 4), (1, 2, 0), (1, 5, 6), (1, 30, 84)),
    *((0, 0, 0, 0), (1, 0, 8, 8), (1, 3, 8, 8), (2, 3, 0, 8), (1, 8, 8, 3), (1, 2, 3, 4, 5)),
)


@pytest.mark.parametrize("name", [None, *TASKS])
def test_outputs_of_any_shape_are_read_or_refused(name: str | None) -> None:
    """Nothing in them, axes that come and go from sample to sample, text."""
    chosen = Random(7)
    picture = np.zeros((8, 8, 3), np.uint8)
    feeds = {"x": np.zeros((1, 3, 4, 8), np.float32)}
    for _ in range(60):
        kinds = [chosen.choice(("f4", "f4", "f2", "i8", "u1", "U2")) for _ in range(2)]
        shapes = [chosen.choice(_SHAPES) for _ in kinds]
        samples = [
            {
                output: np.zeros(shape if chosen.random() < 0.8 else chosen.choice(_SHAPES), kind)
                for output, shape, kind in zip(("boxes", "mask"), shapes, kinds, strict=True)
            }
            for _ in range(2)
        ]
        told = Told(metadata={"names": chosen.choice(("", "3", "[[", "[" * 9999))}, decoded="mask")
        subject = Subject(("boxes", "mask"), [(feeds, each) for each in samples], told)
        with contextlib.suppress(PlanError):
            found = taken(subject, name)
            for outputs in samples if found else ():
                found.reader.shown(Shown(outputs, outputs, feeds))
                if found.reader.can_read(outputs):
                    found.reader.says(outputs)
                    found.reader.drawn(outputs, picture)
