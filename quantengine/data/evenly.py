"""A few of many, evenly spaced."""

from __future__ import annotations

import numpy as np


def evenly(count: int, most: int | None) -> list[int]:
    """At most `most` (None: all) places of `count`, the first and the last among them."""
    if most is None or most >= count:
        return list(range(count))
    return [int(place) for place in np.linspace(0, count - 1, most).round()]
