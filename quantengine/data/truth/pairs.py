"""Pairs of samples and how much they have to do with each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantengine.data.truth.lines import read_rows
from quantengine.data.truth.names import place_of, places_of
from quantengine.errors import DataError


@dataclass(frozen=True, eq=False)
class TruePairs:
    """The pairs that a sample is the first of: `place` is its own, `others` those of the second."""

    place: int
    others: NDArray[np.int64]
    scores: NDArray[np.float64]


def read_pairs(path: Path, names: Sequence[str]) -> dict[str, TruePairs]:
    """The pairs that each sample, by its name, is the first of: lines `first,second[,score]`.

    Without a score they are related. Raises DataError where lines fit no samples.
    """
    rows = read_rows(path)
    if not 2 <= len(rows[0]) <= 3:
        raise DataError("{0} needs lines of first,second,score, found '{1}'", path.name, rows[0][0])
    places = places_of(names)
    if place_of(rows[0][0], places) is None or place_of(rows[0][1], places) is None:
        rows = rows[1:]
    found: dict[int, list[tuple[int, float]]] = {}
    for row in rows:
        ends = [place_of(name, places) for name in row[:2]]
        score = _score(path, row)
        if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
            found.setdefault(ends[0], []).append((ends[1], score))
    if not found:
        raise DataError("{0} names no two of the samples (a sample is '{1}')", path.name, names[0])
    return {name: pairs_of(place, found.get(place, [])) for place, name in enumerate(names)}


def pairs_of(place: int, pairs: Sequence[tuple[int, float]]) -> TruePairs:
    """Of (place of the second, score); a sample that is only a second has none."""
    others, scores = ([pair[k] for pair in pairs] for k in (0, 1))
    return TruePairs(place, np.array(others, np.int64), np.array(scores, np.float64))


def _score(path: Path, row: list[str]) -> float:
    try:
        score = float(row[2]) if len(row) > 2 else 1.0
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise DataError("{0}: the score of a pair must be a number, found '{1}'", path.name, row[2])
    return score
