"""Classes that are right at each step of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantengine.data.truth.texts import read_texts
from quantengine.errors import DataError

IGNORED = -1


@dataclass(frozen=True, eq=False)
class TrueSteps:
    """`classes` `[steps]` of a sample; negative ones count nowhere."""

    classes: NDArray[np.int64]


def read_steps(path: Path, names: Sequence[str]) -> dict[str, TrueSteps]:
    """Lines of a sample's name and numbers apart by spaces, or of the numbers in their order.

    Raises DataError where lines fit no sample, or hold no numbers.
    """
    return {name: _steps(path, name, found.text) for name, found in read_texts(path, names).items()}


def _steps(path: Path, name: str, text: str) -> TrueSteps:
    try:
        return TrueSteps(np.array([int(word) for word in text.split()], np.int64))
    except (ValueError, OverflowError):
        raise DataError(
            "{0} has '{1}' for {2}: give the class of each step as numbers with spaces between "
            "them",
            path.name,
            text[:20],
            name,
        ) from None
