"""Memory for what stages carry on: shared by tensors that are never alive together."""

from __future__ import annotations

from collections.abc import Sequence, Set
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.block import Shape

Array = NDArray[Any]
Carried = Sequence[tuple[str, Shape, np.dtype[Any]]]


def beside_arrays(carried: Sequence[Carried], later: Sequence[Set[str]]) -> list[dict[str, Array]]:
    """Arrays by stage and name; `later` tells by stage what those after it still read.

    A stage may read what it was handed while it writes its own: that is given up behind it.
    """
    free: list[Array] = []
    used: dict[str, Array] = {}
    found = []
    for stage, needed in zip(carried, later, strict=True):
        views = {}
        for name, shape, dtype in stage:
            size = prod(shape) * dtype.itemsize
            used[name] = _taken(free, size)
            views[name] = used[name][:size].view(dtype).reshape(shape)
        found.append(views)
        free += [used.pop(name) for name in [*used] if name not in needed]
    return found


def _taken(free: list[Array], size: int) -> Array:
    """The smallest that is large enough, else fresh memory."""
    fitting = [place for place, array in enumerate(free) if array.size >= size]
    if not fitting:
        return np.empty(size, np.uint8)
    return free.pop(min(fitting, key=lambda place: free[place].size))
