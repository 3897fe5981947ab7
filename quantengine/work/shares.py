"""Samples that judge, spread evenly over the others, which teach."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from quantengine.data.dataset import Dataset

USUAL = 0.2
_FINEST = 1000


def judging(count: int, share: float = USUAL) -> tuple[int, ...]:
    """Indices of about `share` of `count` samples, the first among them: of 0.2 every fifth."""
    step = min(Fraction(share).limit_denominator(_FINEST), 1 - Fraction(1, _FINEST))
    return tuple(i for i in range(count) if not i or floor(i * step) > floor((i - 1) * step))


def split(dataset: Dataset, share: float = USUAL) -> tuple[tuple[int, ...], Dataset]:
    """The indices of the samples that judge, and the samples that teach."""
    judges = judging(len(dataset), share)
    chosen = set(judges)
    return judges, dataset.subset([i for i in range(len(dataset)) if i not in chosen])
