"""What a range leaves out since it is larger than any range can hold, in words."""

from __future__ import annotations

from collections.abc import Iterable

from quantengine.counted import counted
from quantengine.observe.sentinels import HUGE
from quantengine.observe.statistics import TensorStats


def set_aside(tensors: Iterable[TensorStats]) -> tuple[str, ...]:
    """A sentence for each tensor with values beyond any range."""
    return tuple(
        f"'{stats.name}': {counted(stats.huge_count, 'value')} beyond {HUGE:g}, more than any "
        "range can hold beside others: left out of it, codes clamp to its ends."
        for stats in tensors
        if stats.huge_count
    )
