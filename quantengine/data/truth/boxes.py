"""Boxes that are right: from a COCO JSON file or a folder of YOLO text files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class TrueBoxes:
    """`corners` `[k, 4]` are x1 y1 x2 y2 in pixels of what the network is fed, `classes` `[k]`
    those of the network; a `crowd` need not be found.
    """

    corners: NDArray[np.float64]
    classes: NDArray[np.int64]
    crowd: NDArray[np.bool_]
