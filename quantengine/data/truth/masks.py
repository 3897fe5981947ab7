"""Masks that are right: images whose pixels are numbers of classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantengine.data import image
from quantengine.data.preprocessing import Placement, Preprocessing
from quantengine.data.truth.names import image_paths
from quantengine.errors import DataError

IGNORED = -1
_BORDER = 255
_LOOKED_AT = 64


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


@dataclass(frozen=True, eq=False)
class MaskFiles(Mapping[str, object]):
    """Masks by the names of samples, read when they are asked for.

    `two`: they hold 0 and 255 alone, of which the latter is class 1; else 255 counts nowhere.
    """

    paths: Mapping[str, Path]
    prepared: Preprocessing | None
    two: bool

    def __getitem__(self, name: str) -> TrueMask:
        """Raises DataError for a file that is no mask."""
        path = self.paths[name]
        try:
            found = image.numbers(path).astype(np.int64)
        except DataError as error:
            raise DataError("{0}: {1}", path.name, error) from error
        found = np.where(found == _BORDER, 1 if self.two else IGNORED, found)
        if self.prepared is None:
            return TrueMask(found)
        return TrueMask(_placed(found, self.prepared.placement(found.shape[1], found.shape[0])))

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def read_masks(folder: Path, names: Sequence[str], prepared: Preprocessing | None) -> MaskFiles:
    """The masks of a folder whose files have the names of samples, whatever their ending.

    Raises DataError where none has, or one is no mask.
    """
    paths = image_paths(folder, names, "mask")
    found = MaskFiles(paths, prepared, False)
    kinds: set[int] = set()
    for name in list(paths)[:_LOOKED_AT]:
        kinds |= set(np.unique(found[name].classes).tolist())
    return MaskFiles(paths, prepared, kinds <= {0, IGNORED} and IGNORED in kinds)


def _placed(classes: NDArray[np.int64], placement: Placement) -> NDArray[np.int64]:
    """As the network sees it; what lies beyond the mask counts nowhere."""
    wide, high = placement.size
    columns, rows = (
        np.floor((np.arange(n) + 0.5 + offset) / scale).astype(int)
        for n, offset, scale in zip((wide, high), placement.offset, placement.scale, strict=True)
    )
    inside = (rows[:, None] >= 0) & (rows[:, None] < classes.shape[0])
    inside = inside & (columns >= 0) & (columns < classes.shape[1])
    rows, columns = (
        np.clip(v, 0, n - 1) for v, n in zip((rows, columns), classes.shape, strict=True)
    )
    return np.where(inside, classes[rows[:, None], columns], IGNORED)
