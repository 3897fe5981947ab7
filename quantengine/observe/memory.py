"""How much memory observing takes, and how to stay within a budget."""

from __future__ import annotations

from collections.abc import Sequence

from quantengine.observe.exact_sum import LIMBS
from quantengine.observe.tap import Tap

DEFAULT_BYTES = 2 << 30

TABLE_BYTES = 400 << 10
"""Counters, histogram and channel sums of one tensor in one worker, measured on mobilenetv2."""

_USUAL_CHANNELS = 512
_CHANNEL_BYTES = 2 * 8 * LIMBS + 40
"""Two exact sums, two sums of a sample, extremes and a count."""


def table_bytes(tap: Tap, shape: Sequence[int]) -> int:
    """What is held of a tensor in one worker beside its values."""
    if tap.channel_axis is None or not -len(shape) <= tap.channel_axis < len(shape):
        return TABLE_BYTES
    more = max(0, shape[tap.channel_axis] - _USUAL_CHANNELS)
    return TABLE_BYTES + more * _CHANNEL_BYTES


def split_taps(taps: Sequence[Tap], sizes: Sequence[int], budget: int) -> list[list[Tap]]:
    """Taps in the given order in as few groups as fit the budget; one too big stands alone."""
    groups: list[list[Tap]] = []
    room = 0
    for tap, size in zip(taps, sizes, strict=True):
        if not groups or size > room:
            groups.append([])
            room = budget
        groups[-1].append(tap)
        room -= size
    return groups
