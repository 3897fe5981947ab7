"""A batch in parts, where memory bounds what runs at once."""

from __future__ import annotations

from itertools import pairwise

from quantengine.errors import PlanError
from quantengine.finetune.lesson import Lesson
from quantengine.finetune.memory import kept_bytes

LEAST_NORMED = 8
"""Samples whose mean and variance a batch norm may be trained by."""


def part_size(lesson: Lesson) -> int:
    """How many samples of a batch the bound on memory lets run at once.

    Raises PlanError where batch norms are trained and would see too few at once.
    """
    settings, student, data = lesson.settings, lesson.student, lesson.data
    alone = next(data.load(data.training[:1], lesson.teacher, stack=True))
    student.train(True)
    needed = max(1, kept_bytes(lambda: lesson.loss(alone)))
    student.train(False)
    found = int(min(max(1, settings.memory_bytes // needed), settings.batch))
    if student.norms:
        _refuse_few(found, needed, lesson)
    return found


def parts_of(chosen: tuple[int, ...], size: int) -> list[tuple[int, ...]]:
    """`chosen` in as few parts of at most `size` as there must be, as even as can be."""
    count = -(-len(chosen) // size)
    ends = [len(chosen) * place // count for place in range(count + 1)]
    return [chosen[start:end] for start, end in pairwise(ends)]


def _refuse_few(found: int, needed: int, lesson: Lesson) -> None:
    if not lesson.stack:
        raise PlanError(
            "Batch norms cannot be trained by the samples of a batch where this model runs them "
            "one by one: leave --batch-norm out."
        )
    # The smaller half of what is one more than fits.
    least = min(2 * LEAST_NORMED - 1, lesson.settings.batch)
    if found < least:
        raise PlanError(
            "Batch norms are trained by at least {0} samples at once, which needs --memory {1}MB: "
            "raise it, or leave --batch-norm out.",
            LEAST_NORMED,
            -(-least * needed // 10**6),
        )
