"""Masks that are right: images whose pixels are numbers of classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IGNORED = -1


@dataclass(frozen=True, eq=False)
class TrueMask:
    """`classes` `[H, W]` of what the network is fed; -1 counts nowhere."""

    classes: NDArray[np.int64]

    def sized(self, height: int, width: int) -> NDArray[np.int64]:
        """Of a network's output, each pixel the nearest one's class."""
        rows, columns = (
            np.minimum((np.arange(n) + 0.5) * m / n, m - 1).astype(int)
            for n, m in zip((height, width), self.classes.shape, strict=True)
        )
        return np.asarray(self.classes[rows[:, None], columns])
