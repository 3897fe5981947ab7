"""Pictures that are right: what a dense network should give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quantengine.data import image
from quantengine.data.truth.names import image_paths
from quantengine.errors import DataError


@dataclass(frozen=True, eq=False)
class TruePicture:
    """`pixels` `[H, W, 3]` in 0..1."""

    pixels: NDArray[np.float64]

    def channels(self, count: int) -> NDArray[np.float64]:
        """`[count, H, W]`: red, green and blue, or for one channel how bright they are (BT.601)."""
        if count == 1:
            return np.asarray(self.pixels @ np.array([0.299, 0.587, 0.114]))[None]
        return np.moveaxis(self.pixels, -1, 0)


@dataclass(frozen=True, eq=False)
class PictureFiles(Mapping[str, object]):
    """Pictures by the names of samples, read when they are asked for."""

    paths: Mapping[str, Path]

    def __getitem__(self, name: str) -> TruePicture:
        """Raises DataError for a file that is no picture."""
        path = self.paths[name]
        try:
            return TruePicture(image.decode(path) / 255.0)
        except DataError as error:
            raise DataError("{0}: {1}", path.name, error) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def read_pictures(folder: Path, names: Sequence[str]) -> PictureFiles:
    """The pictures of a folder whose files have the names of samples, whatever their ending.

    Raises DataError where none has.
    """
    return PictureFiles(image_paths(folder, names, "picture"))
