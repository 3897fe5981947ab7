"""Whether a float network does better on labelled data than one that guesses."""

from __future__ import annotations

import math

from quantengine.sentence import Sentence

_SIGMAS = 3
_MOST_DOUBT = 0.2
"""Where three sigmas of guessing are wider than this, samples are too few to tell."""
_FEWEST = 10


def chance_remark(right: int, labelled: int, classes: int) -> str | None:
    """A sentence where `right` of `labelled` samples is no more than guessing among `classes`.

    Guessing gives n / c right with a variance of n (1 / c) (1 - 1 / c) (binomial); what lies
    within three sigmas of that is not told from it. None where more are right or samples are few.
    """
    if labelled < _FEWEST or classes < 2:
        return None
    share = 1 / classes
    sigma = math.sqrt(share * (1 - share) / labelled)
    if _SIGMAS * sigma > _MOST_DOUBT or right > labelled * (share + _SIGMAS * sigma):
        return None
    return Sentence(
        "The float model is right on {0} of {1} labelled samples, which guessing among {2} classes "
        "gives too: wrong preprocessing or labels?",
        right,
        labelled,
        classes,
    )
