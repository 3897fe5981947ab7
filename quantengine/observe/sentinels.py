"""Mask constants kept apart from values: a range over them would destroy the layer."""

from __future__ import annotations

import numpy as np

from quantengine.observe.distribution import Distribution

HUGE = 1e30
"""Values this large are never data; they are counted while observing."""

_LEAST = 1e3
_DISTANCE = 100.0
_WIDTH = 1 / 64
"""Two adjacent bins: a mask added to scores blurs its constant by so much at most."""
_MASS = 1e-3
"""A mask hides many values; the rare large activations that networks need are far fewer."""


def split(full: Distribution) -> tuple[Distribution, float]:
    """The distribution without isolated far-away spikes, and how many values those held.

    A spike is one when it lies at 1000 or more, 100 times beyond every other value, in at most
    two adjacent bins of the histogram, and holds at least a thousandth of the values.
    """
    if full.left.size < 2:
        return full, 0.0
    negative = -full.low > full.high
    extreme = max(-full.low, full.high)
    near = extreme * (1 - _WIDTH)
    spike = full.right <= -near if negative else full.left >= near
    rest = max(
        float(np.max(-full.left[~spike], initial=0.0)),
        float(np.max(full.right[~spike], initial=0.0)),
    )
    mass = float(full.count[spike].sum())
    isolated = extreme >= _LEAST and extreme >= _DISTANCE * rest
    if spike.all() or not isolated or mass < _MASS * full.total:
        return full, 0.0
    kept = ~spike
    return Distribution(full.left[kept], full.right[kept], full.count[kept]), mass
