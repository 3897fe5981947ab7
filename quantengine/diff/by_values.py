"""Values of layers that neither names nor wiring tell, found by their numbers on a few samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.simulate import tapped
from quantengine.data.dataset import Dataset
from quantengine.diff.matching import How, Matching
from quantengine.diff.places import layer_values
from quantengine.diff.reading import Other, Seen
from quantengine.diff.running import copied, fed
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.runtime import Session

Array = NDArray[Any]
Turn = tuple[int, ...] | None

_SAMPLES = 2
_ALIKE = 0.9
"""Least correlation on each sample: 8 bits give 0.99 and more, other layers rarely 0.5."""
_CLEAR = 0.02
_MOST_AXES = 4


def match_by_values(
    model: FloatModel, other: Other, matching: Matching, data: Dataset, monitor: Monitor
) -> int:
    """Adds what is found to `matching`; how many values that were.

    Two values are one where they correlate, whatever the order of their axes, and where neither
    correlates nearly as well with another. Raises DataError, Cancelled.
    """
    ours = [t for t in layer_values(model).values() if t not in matching.found]
    ours = [tensor for tensor in ours if model.types[tensor].is_float]
    if not ours:
        return 0
    seen = dict(_open(other, matching))
    likeness: dict[tuple[str, str], tuple[float, Turn]] = {}
    for place in range(min(_SAMPLES, len(data))):
        feeds = data.load(place).feeds
        session = Session(tapped(copied(model.proto), ours), optimize=False)
        expected = session.run(feeds, ours, monitor=monitor)
        names = list(dict.fromkeys(each.tensor for each in seen.values()))
        session = Session(tapped(copied(other.raw), names), optimize=False)
        raw = session.run(fed(feeds, other), names, monitor=monitor)
        found = {value: each.real(raw[each.tensor]) for value, each in seen.items()}
        _compare(expected, found, likeness, monitor)
    return _take(likeness, matching)


def _open(other: Other, matching: Matching) -> Iterator[tuple[str, Seen]]:
    """Float values of the file that stand for none of ours yet."""
    for value in other.wiring.makers:
        kind, seen = other.types.get(value), other.seen(value)
        if value not in matching.taken and seen is not None and kind is not None and kind.is_float:
            yield value, seen


def _compare(
    expected: Mapping[str, Array],
    found: Mapping[str, Array],
    likeness: dict[tuple[str, str], tuple[float, Turn]],
    monitor: Monitor,
) -> None:
    """The least likeness over the samples so far, by pair; in the order of axes of the first."""
    for ours, one in expected.items():
        monitor.check()
        for theirs, other in found.items():
            known = likeness.get((ours, theirs))
            turns = _turns(one.shape, other.shape) if known is None else [known[1]]
            best: tuple[float, Turn] = (-1.0, None)
            for turn in turns:
                best = max(best, (_correlation(one, other, turn), turn), key=lambda each: each[0])
            likeness[ours, theirs] = best if known is None else min(known, best, key=_first)


def _first(pair: tuple[float, Turn]) -> float:
    return pair[0]


def _turns(one: tuple[int, ...], other: tuple[int, ...]) -> Iterator[Turn]:
    """Orders of axes that bring the second shape to the first, as it is to begin with."""
    if one == other:
        yield None
    elif sorted(one) == sorted(other) and len(one) <= _MOST_AXES:
        for order in permutations(range(len(one))):
            if tuple(other[axis] for axis in order) == one:
                yield order


def _correlation(one: Array, other: Array, turn: Turn) -> float:
    if turn is not None:
        other = other.transpose(turn)
    if one.shape != other.shape or one.size < 2:
        return -1.0
    a, b = (x.astype(np.float64).ravel() for x in (one, other))
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norm if 0 < norm < np.inf else -1.0


def _take(likeness: Mapping[tuple[str, str], tuple[float, Turn]], matching: Matching) -> int:
    count = 0
    for (ours, theirs), (alike, turn) in sorted(likeness.items(), key=lambda x: -x[1][0]):
        rivals = (
            each for (one, two), (each, _) in likeness.items() if (one == ours) != (two == theirs)
        )
        known = ours in matching.found or theirs in matching.taken
        if alike >= _ALIKE and not known and alike - max(rivals, default=-1.0) >= _CLEAR:
            matching.add(ours, theirs, How.VALUES, turn)
            count += 1
    return count
