"""What a range leaves out since it is larger than any range can hold, in words."""

from __future__ import annotations

from collections.abc import Iterable

from quantengine.observe.sentinels import HUGE
from quantengine.observe.statistics import TensorStats


def set_aside(tensors: Iterable[TensorStats]) -> tuple[str, ...]:
    """A sentence for each tensor with values beyond any range."""
    return tuple(
        f"'{stats.name}': {stats.huge_count} values beyond {HUGE:g} are larger than any range can "
        "hold beside others: it leaves them out, and codes clamp them to its ends."
        for stats in tensors
        if stats.huge_count
    )
