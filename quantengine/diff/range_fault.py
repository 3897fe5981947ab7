"""What ails the range of a value, beside the one that our statistics would choose."""

from __future__ import annotations

from collections.abc import Mapping

from quantengine.diff.difference import RangeFigures
from quantengine.diff.fault import Fault
from quantengine.diff.places import Place
from quantengine.formats.encoding import Encoding

BEHIND_DB = 6.0
_WIDE, _NARROW = 2.0, 0.6
_LIKE = 0.2
"""Of two ranges that are one: ends apart by no more of the width."""


def range_fault(
    place: Place,
    ranges: Mapping[Place, RangeFigures],
    grids: Mapping[str, Encoding],
    backs: Mapping[str, Encoding],
) -> Fault | None:
    """None where the range is as good as ours, but for 6 dB."""
    found = ranges.get(place)
    if not is_bad(found):
        return None
    assert found is not None
    back = backs.get(place.other)
    if back is not None:
        same = bool(grids[place.other].scale == back.scale)
        return Fault.ZERO_POINT if same else Fault.SWAPPED
    if any(_swapped(found, each) for each in ranges.values() if each is not found):
        return Fault.SWAPPED
    return by_width(found)


def by_width(found: RangeFigures) -> Fault:
    """What is wrong with a range that is bad, by its ends beside ours."""
    ratio = (found.high - found.low) / max(found.ours_high - found.ours_low, 1e-30)
    if ratio > _WIDE:
        return Fault.TOO_WIDE
    if ratio < _NARROW:
        return Fault.TOO_NARROW
    return Fault.ZERO_POINT if _is_moved(found) else Fault.TOO_NARROW


def is_bad(found: RangeFigures | None) -> bool:
    return found is not None and found.db <= found.ours_db - BEHIND_DB


def _swapped(one: RangeFigures, other: RangeFigures) -> bool:
    """Whether each has the range that the other needs, and misses its own."""
    if not is_bad(other):
        return False
    here = _is_like((one.low, one.high), (other.ours_low, other.ours_high))
    return here and _is_like((other.low, other.high), (one.ours_low, one.ours_high))


def _is_like(one: tuple[float, float], other: tuple[float, float]) -> bool:
    width = max(other[1] - other[0], 1e-30)
    return all(abs(a - b) <= _LIKE * width for a, b in zip(one, other, strict=True))


def _is_moved(found: RangeFigures) -> bool:
    """Whether one end lies inside ours and the other beyond it."""
    low, high = found.low - found.ours_low, found.high - found.ours_high
    return low * high > 0
