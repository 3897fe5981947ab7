"""A grid as tools without signed asymmetric types write it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.encoding import Encoding


@dataclass(frozen=True, eq=False)
class Grid:
    """The codes of an encoding: signed with zero in the middle, else counted from 0 up.

    `scale` float64 and `zero_point` int64 keep the shape of the encoding.
    """

    bits: int
    signed: bool
    scale: NDArray[np.float64]
    zero_point: NDArray[np.int64]

    @classmethod
    def of(cls, encoding: Encoding) -> Grid:
        signed = encoding.dtype.signed and bool(np.all(encoding.zero_point == 0))
        shift = 0 if signed or not encoding.dtype.signed else encoding.dtype.qmin
        zero = encoding.zero_point.astype(np.int64) - shift
        return cls(encoding.dtype.bits, signed, encoding.scale.astype(np.float64), zero)

    @property
    def dtype(self) -> str:
        return f"{'int' if self.signed else 'uint'}{self.bits}"

    @property
    def lowest(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def offset(self) -> NDArray[np.int64]:
        """What is added to codes counted from 0 up before they are scaled."""
        return self.lowest - self.zero_point

    @property
    def low(self) -> NDArray[np.float64]:
        return self.offset * self.scale

    @property
    def high(self) -> NDArray[np.float64]:
        return (self.offset + (1 << self.bits) - 1) * self.scale


def half_width(encoding: Encoding) -> NDArray[np.float64]:
    """Half the width of the symmetric range whose steps are those of a symmetric grid.

    Of another grid: that of the range that holds it.
    """
    if encoding.symmetric:
        return np.asarray(encoding.dtype.half_steps * encoding.scale.astype(np.float64))
    return np.asarray(np.maximum(-encoding.low, encoding.high))
