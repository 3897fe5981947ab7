"""Whether a float network does better on labelled data than one that guesses."""

from __future__ import annotations

import math

from quantengine.sentence import Sentence

_SIGMAS = 3
_MOST_DOUBT = 0.2
"""Where three sigmas of guessing are wider than this, samples are too few to tell."""
_FEWEST = 10


def more_than_chance(right: int, labelled: int, classes: int) -> bool:
    """Whether more are right than guessing gives, by three sigmas of it."""
    return right > labelled * (1 / classes + _doubt(labelled, classes))


def chance_remark(right: int, labelled: int, classes: int) -> str | None:
    """A sentence where `right` of `labelled` samples is no more than guessing among `classes`.

    Guessing gives n / c right with a variance of n (1 / c) (1 - 1 / c) (binomial); what lies
    within three sigmas of that is not told from it. None where more are right or samples are few.
    """
    if labelled < _FEWEST or classes < 2:
        return None
    if _doubt(labelled, classes) > _MOST_DOUBT or more_than_chance(right, labelled, classes):
        return None
    return Sentence(
        "The float model is right on {0} of {1} labelled samples, which guessing among {2} classes "
        "gives too: wrong preprocessing or labels?",
        right,
        labelled,
        classes,
    )


def _doubt(labelled: int, classes: int) -> float:
    """Three sigmas of the share that guessing gets right."""
    share = 1 / classes
    return _SIGMAS * math.sqrt(share * (1 - share) / labelled)
