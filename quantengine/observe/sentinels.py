"""Mask constants kept apart from values: a range over them would destroy the layer."""

from __future__ import annotations

from quantengine.observe.distribution import Distribution

HUGE = 1e30
"""From here on a value is counted and no more: no range could cover it beside others."""

_APART = 0.1
"""Nothing lies between a mask constant and so much of it, where it is one."""


def split(full: Distribution, limit: float | None) -> tuple[Distribution, float]:
    """The distribution without mask constants, and how many values those held.

    limit: from which value down a value is a mask constant, None where the tensor holds none: a
    fact of the graph (`graph.masks`). Values that reach towards it without a gap are all data, as
    are those of a tensor that holds nothing else.
    """
    if limit is None:
        return full, 0.0
    masked = full.right <= limit
    near = ~masked & (full.left < _APART * limit)
    if near.any() or masked.all() or not masked.any():
        return full, 0.0
    kept = ~masked
    rest = Distribution(full.left[kept], full.right[kept], full.count[kept])
    return rest, float(full.count[masked].sum())
