"""What a range leaves out on purpose, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quantengine.observe.sentinels import HUGE
from quantengine.observe.statistics import TensorStats


def set_aside(tensors: Iterable[TensorStats]) -> tuple[str, ...]:
    """A sentence for each tensor with mask constants, or with values beyond any range."""
    return tuple(note for stats in tensors for note in _notes(stats))


def _notes(stats: TensorStats) -> Iterator[str]:
    if stats.mask_count:
        yield (
            f"'{stats.name}': {stats.mask_count} values from {stats.mask_limit:g} down are mask "
            "constants, which its range leaves out."
        )
    if stats.huge_count:
        yield (
            f"'{stats.name}': {stats.huge_count} values beyond {HUGE:g} are larger than any range "
            "can hold beside others: it leaves them out, and codes clamp them to its ends."
        )
