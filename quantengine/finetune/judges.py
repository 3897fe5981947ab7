"""What judges each state of a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quantengine.verdict.judge import BY_WORST, Judge


@dataclass(frozen=True)
class Judges:
    """The samples that judge, by their indices, and what is followed of their verdict.

    `samples` None: a share drawn by the seed. Where the start was made with some of the data,
    others should judge: it suits its own too well. The state of the lowest loss is kept, or of the
    highest figure where `by` names one but `worst`.
    """

    samples: Sequence[int] | None = None
    by: Judge = BY_WORST


SOME_BY_WORST = Judges()
